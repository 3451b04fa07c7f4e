import type { BrokerId } from "../../../model/ids.ts";
import { defaultLogSettings } from "../../../model/settings.ts";
import { PartitionLog } from "../broker/log/partition-log.ts";
import type { LogRules } from "../broker/log/partition-log.ts";

/**
 * What a controller has on disk: its log and its `quorum-state`. Both are flushed before anything is answered, so neither a
 * crash nor a power loss takes from it.
 */
export class QuorumDisk {
  readonly log: PartitionLog;
  epoch = 0;
  votedFor: BrokerId | undefined;
  leader: BrokerId | undefined;

  constructor(rules: LogRules) {
    this.log = new PartitionLog(rules, defaultLogSettings);
  }
}
