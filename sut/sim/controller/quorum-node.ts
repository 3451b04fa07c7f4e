import type { BrokerId } from "../../../model/ids.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
import type { Host } from "../host.ts";
import type { Network } from "../network.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { Rules } from "../rules/rules.ts";
import type { MetadataRecord } from "./metadata-image.ts";
import type { QuorumDisk } from "./quorum-disk.ts";

/** The topic whose only partition is the metadata log. */
export const metadataTopic = "__cluster_metadata";

/** What a node of the controllers' quorum works with. */
export interface QuorumNode {
  readonly id: BrokerId;
  readonly host: Host;
  readonly network: Network;
  readonly rules: Rules;
  readonly settings: BrokerSettings;
  readonly voters: readonly BrokerId[];
  /** The host of every node of the cluster. */
  readonly hosts: ReadonlyMap<BrokerId, Host>;
  readonly disk: QuorumDisk;
}

export interface QuorumListener {
  /** Batches that are known to be committed now: in order, each once in the life of a process. */
  onCommitted(batches: readonly RecordBatch<MetadataRecord>[]): void;
  /** This node leads and has committed the first record of its term: it is the active controller. */
  onActive(): void;
  /** This node leads no more. What it had not committed may be lost. */
  onResigned(): void;
}
