/**
 * Logs that are cleaned by key, replica by replica: what may go from them, and when.
 *
 * Time is no part of the model otherwise. Here it is what an action says that it was: a tombstone may go only when it has been there
 * for `delete.retention.ms` since a cleaner met it first.
 *
 * Sources: KIP-71 and KAFKA-13194 (cleaning), KIP-534 (tombstones).
 */

import type { Offset } from "../ids.ts";
import type { Batch } from "./appending.ts";
import { entryAt, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import { atReplica } from "./place.ts";
import type { AtReplica, Place } from "./place.ts";
import { isAborted, lastStableOffset, recordsOfTransaction } from "./read-committed.ts";
import { SmallMap } from "./small-map.ts";
import { withCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step, Steps, TakeStep } from "./step.ts";

/** How a topic's logs get rid of old records: `cleanup.policy` and `delete.retention.ms`. */
export interface Cleanup {
  /** Whether they are cleaned by key, and so may have holes. */
  readonly isCompacted: boolean;
  /** Whether old records may be deleted, whatever their keys. */
  readonly isDeleted: boolean;
  readonly deleteRetentionMs: number;
}

/** What a cleaner has done to a replica's log. */
export interface Cleaned {
  /** Offsets of records that are gone. */
  readonly gone: readonly Offset[];
  /** Of each tombstone and marker that a cleaner has met, from when on it may go. */
  readonly horizons: SmallMap<Offset, number>;
}

export const nothingCleaned: Cleaned = { gone: [], horizons: new SmallMap() };

export type CleanAction =
  /** Records go that later ones of their key replace, or that belong to transactions that were aborted. */
  | ({ readonly kind: "clean-log"; readonly removed: readonly Offset[] } & AtReplica)
  /** Tombstones are met by a cleaner for the first time, and markers for the first time when nothing is left of their transactions. */
  | ({
      readonly kind: "set-delete-horizon";
      readonly tombstones: readonly Offset[];
      readonly markers: readonly Offset[];
      readonly deleteHorizonMs: number;
      readonly nowMs: number;
    } & AtReplica)
  | ({
      readonly kind: "remove-tombstones" | "remove-markers";
      readonly removed: readonly Offset[];
      readonly nowMs: number;
    } & AtReplica);

type Of<Kind extends CleanAction["kind"]> = Extract<CleanAction, { readonly kind: Kind }>;

export const cleanSteps: Steps<CleanAction> = {
  "clean-log": inCompacted(cleanLog),
  "set-delete-horizon": inCompacted(setDeleteHorizon),
  "remove-tombstones": inCompacted(removeInTime),
  "remove-markers": inCompacted(removeInTime),
};

function inCompacted<Some extends CleanAction>(
  take: (state: ClusterState, place: Place, action: Some) => Step,
): TakeStep<Some> {
  return atReplica((state, place, action) =>
    place.partition.cleanup.isCompacted
      ? take(state, place, action)
      : refused("POLICY_VIOLATION", "the topic is not compacted"),
  );
}

/** A record may go if a later one of its key is committed too, or if it counts for nothing. */
function cleanLog(
  state: ClusterState,
  { copy, partition }: Place,
  { broker, partition: name, removed }: Of<"clean-log">,
): Step {
  for (const at of removed) {
    const wrong = checkThere(copy, at);
    if (wrong !== undefined) return wrong;
    if (!isAborted(copy.log, at) && !isReplaced(copy, at))
      return refused("OFFSET_OUT_OF_RANGE", () => `no committed record replaces the one at ${at}`);
  }
  return ok(withPartition(state, name, withCopy(partition, broker, without(copy, removed))));
}

function setDeleteHorizon(state: ClusterState, { copy, partition }: Place, action: Of<"set-delete-horizon">): Step {
  const { broker, deleteHorizonMs, markers, nowMs, partition: name, tombstones } = action;
  const least = nowMs + partition.cleanup.deleteRetentionMs;
  if (deleteHorizonMs !== least) return refused("INVALID_REQUEST", () => `they may go from ${least} on, and not before`);
  let { horizons } = copy.cleaned;
  for (const at of [...tombstones, ...markers]) {
    const wrong = checkThere(copy, at) ?? (markers.includes(at) ? checkMarker(copy, at) : checkTombstone(copy, at));
    if (wrong !== undefined) return wrong;
    if (horizons.has(at)) return refused("INVALID_REQUEST", () => `the record at ${at} has been met before`);
    horizons = horizons.put(at, deleteHorizonMs);
  }
  const after: Copy = { ...copy, cleaned: { ...copy.cleaned, horizons } };
  return ok(withPartition(state, name, withCopy(partition, broker, after)));
}

function removeInTime(
  state: ClusterState,
  { copy, partition }: Place,
  { broker, kind, nowMs, partition: name, removed }: Of<"remove-tombstones" | "remove-markers">,
): Step {
  const { horizons } = copy.cleaned;
  for (const at of removed) {
    const wrong = checkThere(copy, at) ?? (kind === "remove-markers" ? checkMarker(copy, at) : checkTombstone(copy, at));
    if (wrong !== undefined) return wrong;
    const horizon = horizons.get(at);
    if (horizon === undefined) return refused("INVALID_REQUEST", () => `no cleaner has met the record at ${at} before`);
    if (nowMs < horizon)
      return refused("INVALID_REQUEST", () => `the record at ${at} stays until ${horizon}, and it is ${nowMs}`);
  }
  const expired = [...partition.expired, ...removed];
  return ok(withPartition(state, name, { ...withCopy(partition, broker, without(copy, removed)), expired }));
}

/** Only what is committed and decided is cleaned, and only once. */
function checkThere(copy: Copy, at: Offset): Step | undefined {
  const { cleaned, highWatermark, log } = copy;
  if (cleaned.gone.includes(at)) return refused("OFFSET_OUT_OF_RANGE", () => `the record at ${at} is gone already`);
  const bound = log.hasTransactions ? lastStableOffset(copy) : highWatermark;
  if (at < bound) return undefined;
  return refused("OFFSET_OUT_OF_RANGE", () => `what is committed and decided ends at ${bound}, not above ${at}`);
}

const checkTombstone = ({ log }: Copy, at: Offset): Step | undefined =>
  entryAt(log, at).isTombstone === true ? undefined : refused("INVALID_REQUEST", () => `the record at ${at} is no tombstone`);

/** A marker has done its work when no record is left of the transaction that it ends. */
function checkMarker({ cleaned: { gone }, log, logStart }: Copy, at: Offset): Step | undefined {
  const left = recordsOfTransaction(log, at).find((one) => one >= logStart && !gone.includes(one));
  if (left === undefined) return undefined;
  return refused("INVALID_TXN_STATE", () => `the marker at ${at} decides on the record at ${left}, which is there`);
}

const without = (copy: Copy, removed: readonly Offset[]): Copy => ({
  ...copy,
  cleaned: { ...copy.cleaned, gone: [...copy.cleaned.gone, ...removed] },
});

/** Whether a committed record of the same key comes after the one at `at`. */
function isReplaced({ highWatermark, log }: Pick<Copy, "highWatermark" | "log">, at: Offset): boolean {
  const { key } = entryAt(log, at);
  if (key === undefined || key === null) return false;
  for (let later = upTo(log, highWatermark); later.end > at + 1; later = later.before!)
    if (later.last!.key === key && !isAborted(log, later.end - 1)) return true;
  return false;
}

/**
 * Whether a follower may be given its leader's log without the record at `at`: a later committed one replaces it, it was aborted, or it
 * is a tombstone or a marker whose time was over on some replica. After a permitted loss what replaced a record may be gone.
 */
export function mayBeMissing({ committed, expired, lossyEpoch }: PartitionState, source: Log, at: Offset): boolean {
  if (lossyEpoch >= 0 || isAborted(source, at) || isReplaced({ highWatermark: committed.end, log: source }, at)) return true;
  return expired.includes(at);
}

/** What is left of it when the log is cut at `end`. */
export function cleanedBefore({ gone, horizons }: Cleaned, end: number): Cleaned {
  if (gone.length === 0 && horizons.size === 0) return nothingCleaned;
  return {
    gone: gone.filter((at) => at < end),
    horizons: new SmallMap([...horizons].filter(([at]) => at < end)),
  };
}

/** A follower takes over what its leader's cleaner has left of a batch, and when its tombstones may go. */
export function withCleanedBatch(
  cleaned: Cleaned,
  missing: readonly Offset[],
  { baseOffset, deleteHorizonMs, marker, tombstones = [] }: Batch,
): Cleaned {
  if (missing.length === 0 && deleteHorizonMs === undefined) return cleaned;
  let { horizons } = cleaned;
  const deferred = marker === undefined ? tombstones : [baseOffset];
  if (deleteHorizonMs !== undefined) for (const at of deferred) horizons = horizons.put(at, deleteHorizonMs);
  return { gone: missing.length === 0 ? cleaned.gone : [...cleaned.gone, ...missing], horizons };
}
