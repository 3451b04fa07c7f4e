/** What a user fixes of the trials that are generated; all the rest is drawn. */

import { defaultFaultKinds } from "../../fault-injection/catalogue.ts";
import type { BuiltInFaultKind } from "../../fault-injection/catalogue.ts";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import type { OwnPartitioner } from "../../model/partitioners/own-partitioner.ts";
import type { GroupOptions, ProducerOptions, TopicOptions } from "../../model/schedule.ts";
import type { BrokerSettings } from "../../model/settings.ts";
import type { Workload } from "./workload.ts";

export interface GeneratorSettings {
  readonly brokers?: number;
  readonly brokerConfig?: Partial<BrokerSettings>;
  readonly topics?: readonly TopicOptions[];
  readonly producers?: readonly ProducerOptions[];
  readonly groups?: readonly GroupOptions[];
  /** Kinds of fault that may occur; all unless told otherwise, those that are drawn apart in a few trials only, none for an empty list. */
  readonly faults?: readonly BuiltInFaultKind[];
  readonly ownFaults?: readonly OwnFault[];
  /** Partitioners that `partitioner.class` of a producer may name, besides the ones that come with kafka-trial. */
  readonly ownPartitioners?: readonly OwnPartitioner[];
  /** What clients do; sends over all producers and partitions unless told otherwise. */
  readonly workload?: Workload;
  /** Whether trials may be drawn in which Kafka promises less: `acks=1`, unclean elections, retention and the like. Default true. */
  readonly permissive?: boolean;
  /** Whether some trials have transactions. Default true. */
  readonly transactions?: boolean;
}

/** The kinds of fault that these settings allow. */
export const faultKindsOf = (settings: GeneratorSettings): readonly BuiltInFaultKind[] => settings.faults ?? defaultFaultKinds;
