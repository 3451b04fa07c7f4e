import type { BrokerId } from "../../../model/ids.ts";
import { defaultLogSettings } from "../../../model/settings.ts";
import { PartitionLog } from "../broker/log/partition-log.ts";
import { kafkaRules } from "../rules/rules.ts";

/**
 * What a controller has on disk: its log and its `quorum-state`. Both are flushed before anything is answered, so neither a
 * crash nor a power loss takes from it.
 */
export class QuorumDisk {
  /** Read by Kafka's own rules, also where a bug is planted: controllers that pass over decisions are not what it is about. */
  readonly log: PartitionLog = new PartitionLog(kafkaRules, defaultLogSettings);
  epoch = 0;
  votedFor: BrokerId | undefined;
  leader: BrokerId | undefined;
}
