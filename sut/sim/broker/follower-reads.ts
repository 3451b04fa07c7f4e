/** Consumers that read from the closest replica (KIP-392): who is sent where, and what followers tell of it. */

import type { BrokerId } from "../../../model/ids.ts";
import type { FetchPartition } from "../protocol/fetch.ts";
import { nextOffset } from "../protocol/record-batch.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import type { Fetcher } from "./partition.ts";
import type { PartitionLeader } from "./partition-leader.ts";
import type { Replica } from "./replica.ts";

/** The follower that a leader sends this fetcher to; undefined where it is to read here. */
export function nearerReplica(
  leader: PartitionLeader,
  { context, name: partition }: Replica,
  { currentLeaderEpoch: requestedEpoch, fetchOffset }: FetchPartition,
  fetcher: Fetcher,
): BrokerId | undefined {
  const { id: broker, record, rules, settings } = context;
  if (fetcher.kind !== "consumer" || fetcher.rack === undefined) return undefined;
  if (settings["replica.selector.class"] === "none") return undefined;
  const rackOf = (id: BrokerId): string | undefined => settings["broker.rack"][id - 1];
  const replica = rules.preferredReadReplica({
    clientRack: fetcher.rack,
    fetchOffset,
    leaderRack: rackOf(broker),
    followers: leader.readableFollowers(rackOf),
  });
  if (replica !== undefined)
    record.broker({ kind: "consumer-redirected", broker, partition, requestedEpoch, fetchOffset, replica });
  return replica;
}

/** A follower has given a consumer these batches. */
export function tellFollowerRead(
  { context, name: partition }: Replica,
  fetch: FetchPartition,
  records: readonly RecordBatch[],
): void {
  const { currentLeaderEpoch: requestedEpoch, fetchOffset } = fetch;
  const endOffset = nextOffset(records.at(-1)!);
  const at = { broker: context.id, partition };
  context.record.broker({ kind: "consumer-served-by-follower", ...at, requestedEpoch, fetchOffset, endOffset });
}
