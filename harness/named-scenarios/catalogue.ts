/** All named scenarios. The only file that imports them one by one. */

import { brokerDiesWhileSending } from "./broker-dies-while-sending.ts";
import { consumerDiesBeforeCommitting } from "./consumer-dies-before-committing.ts";
import { consumerLag } from "./consumer-lag.ts";
import { moreMembersThanPartitions } from "./more-members-than-partitions.ts";
import type { NamedScenario } from "./named-scenario.ts";
import { rebalanceStorm } from "./rebalance-storm.ts";
import { rebalanceWhileProcessing } from "./rebalance-while-processing.ts";
import { whereAGroupBegins } from "./where-a-group-begins.ts";
import { zombieProducer } from "./zombie-producer.ts";

export const namedScenarios: readonly NamedScenario[] = [
  brokerDiesWhileSending,
  consumerDiesBeforeCommitting,
  rebalanceWhileProcessing,
  moreMembersThanPartitions,
  whereAGroupBegins,
  consumerLag,
  rebalanceStorm,
  zombieProducer,
];
