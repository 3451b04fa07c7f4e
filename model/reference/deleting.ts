/**
 * Logs that begin later than at 0: deleted records, and retention.
 *
 * Sources: KIP-107 (`DeleteRecords`), KAFKA-5634 (nothing above the high watermark), KAFKA-2143 and KAFKA-9491 (followers that
 * are out of range).
 */

import type { Offset } from "../ids.ts";
import { nothingCleaned } from "./cleaning.ts";
import { noStarts, startsFrom } from "./epoch-starts.ts";
import type { Guards } from "./guards.ts";
import { upTo } from "./log.ts";
import { atReplica } from "./place.ts";
import type { AtReplica, Place } from "./place.ts";
import { withCopy, withLeaderCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy } from "./state.ts";
import { noSessions } from "./producer-session.ts";
import { ok, refused } from "./step.ts";
import type { Step, Steps } from "./step.ts";

export type DeleteAction =
  /** An administrator, or retention, has a replica forget what comes before an offset. */
  | ({ readonly kind: "advance-log-start"; readonly logStart: Offset; readonly isRequested: boolean } & AtReplica)
  | ({ readonly kind: "follow-log-start"; readonly logStart: Offset } & AtReplica)
  /**
   * A follower whose log ends before its leader's begins drops all it has. One that has nothing, and is to begin in the middle of
   * a batch, begins where the batch does.
   */
  | ({ readonly kind: "restart-log"; readonly logStart: Offset; readonly isWithinBatch: boolean } & AtReplica);

type Of<Kind extends DeleteAction["kind"]> = Extract<DeleteAction, { readonly kind: Kind }>;

export const deleteSteps: Steps<DeleteAction> = {
  "advance-log-start": atReplica(advanceLogStart),
  "follow-log-start": atReplica(followLogStart),
  "restart-log": atReplica(restartLog),
};

function advanceLogStart(
  state: ClusterState,
  { copy, partition }: Place,
  action: Of<"advance-log-start">,
  guards: Guards,
): Step {
  const { isRequested, logStart } = action;
  if (isRequested && copy.role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  if (!partition.cleanup.isDeleted) return refused("POLICY_VIOLATION", "a topic that is only compacted keeps its records");
  return checkLogStart(copy, logStart, guards) ?? moved(state, { copy, partition }, action);
}

function followLogStart(state: ClusterState, { copy, partition }: Place, action: Of<"follow-log-start">, guards: Guards): Step {
  if (copy.role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
  const { logStart: leaders = 0 } = partition.terms[copy.role.epoch] ?? {};
  if (action.logStart > leaders) return refused("OFFSET_OUT_OF_RANGE", () => `its leader's log begins at ${leaders}`);
  return checkLogStart(copy, action.logStart, guards) ?? moved(state, { copy, partition }, action);
}

function checkLogStart({ highWatermark, log, logStart: before }: Copy, logStart: Offset, guards: Guards): Step | undefined {
  if (logStart <= before) return refused("OFFSET_OUT_OF_RANGE", () => `its log begins at ${before} already`);
  if (logStart > log.end) return refused("OFFSET_OUT_OF_RANGE", () => `its log ends at ${log.end}`);
  if (logStart <= highWatermark || !guards["log-start-bound"]) return undefined;
  return refused("OFFSET_OUT_OF_RANGE", () => `the high watermark is ${highWatermark}, and nothing above it is deleted`);
}

function moved(
  state: ClusterState,
  { copy, partition }: Place,
  { broker, logStart, partition: name }: AtReplica & { readonly logStart: Offset },
): Step {
  const after: Copy = { ...copy, logStart, epochs: startsFrom(copy.epochs, logStart) };
  const replaced = copy.role.kind === "leader" ? withLeaderCopy(partition, broker, after) : withCopy(partition, broker, after);
  return ok(withPartition(state, name, replaced));
}

function restartLog(state: ClusterState, { copy, partition }: Place, action: Of<"restart-log">, guards: Guards): Step {
  const { broker, isWithinBatch, logStart } = action;
  const { log, role } = copy;
  if (role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
  const term = partition.terms[role.epoch];
  // A leader sends whole batches: a follower that has nothing begins with the one that holds the offset that it asks for.
  if (term === undefined || (logStart > term.logStart && !isWithinBatch)) {
    return refused("OFFSET_OUT_OF_RANGE", () => `its leader's log begins at ${term?.logStart ?? 0}`);
  }
  const isHole = logStart > log.end;
  if (isWithinBatch ? isHole || copy.logStart < log.end : !isHole && guards["out-of-range"]) {
    return refused("OFFSET_OUT_OF_RANGE", () => `its log ends at ${log.end}, and what it has is its leader's`);
  }
  const begun = upTo(term.log, logStart);
  const after: Copy = {
    ...copy,
    log: begun,
    ownLog: begun,
    logStart,
    highWatermark: logStart,
    epochs: noStarts,
    producers: noSessions,
    producersFrom: logStart,
    cleaned: nothingCleaned,
  };
  return ok(withPartition(state, action.partition, withCopy(partition, broker, after)));
}
