/** What all coordinators do with the partition that they keep their state in: wait until it can be read, and append to it. */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { LogPosition } from "../../../model/history.ts";
import type { Offset } from "../../../model/ids.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { Partition } from "../broker/partition.ts";
import type { Record } from "../protocol/record-batch.ts";
import type { ProducerIdentity } from "../rules/transaction.ts";

/** How often a coordinator that loads looks whether it may begin. */
const loadCheckMs = 2;

/** What becomes of a coordinator's records, and who hears of it. */
export interface CoordinatorAppend {
  /** Whose transaction they are part of; left out where they are part of none. */
  readonly producer?: ProducerIdentity;
  readonly onAppended: (at: LogPosition) => void;
  /** If and when the records are committed, which may be late. */
  readonly onCommitted: () => void;
  /** Once: when they are committed, on an error, or when `offsets.commit.timeout.ms` is over. */
  readonly onSettled: (code: ErrorCode) => void;
}

/** Appends to the partition that a coordinator leads. */
export function appendForCoordinator(
  context: BrokerContext,
  partition: Partition,
  records: readonly Record[],
  then: CoordinatorAppend,
): void {
  let isSettled = false;
  const settle = (code: ErrorCode): void => {
    if (isSettled) return;
    isSettled = true;
    timer.cancel();
    then.onSettled(code);
  };
  const timeoutMs = context.settings["offsets.commit.timeout.ms"];
  const timer = context.host.after(timeoutMs, () => settle(errorCode.COORDINATOR_NOT_AVAILABLE));
  const { leaderEpoch } = partition.known;
  const place = (at: Offset): LogPosition => ({ partition: partition.replica.name, offset: at, leaderEpoch });
  partition.appendOwn(records, then.producer, {
    onAppended: (baseOffset) => then.onAppended(place(baseOffset)),
    onSettled: ({ error }) => {
      if (error === errorCode.NONE) then.onCommitted();
      settle(coordinatorError(error));
    },
  });
}

/** Calls `then` as soon as everything before `upTo` is committed, unless it is not wanted any more. */
export function whenCommitted(
  context: BrokerContext,
  wait: { readonly partition: Partition; readonly upTo: Offset; readonly isWanted: () => boolean },
  then: () => void,
): void {
  if (!wait.isWanted()) return;
  if (wait.partition.replica.highWatermark >= wait.upTo) then();
  else context.host.after(loadCheckMs, () => whenCommitted(context, wait, then));
}

/** What a client is told when the coordinator's own append failed. */
export function coordinatorError(error: ErrorCode): ErrorCode {
  switch (error) {
    case errorCode.NOT_LEADER_OR_FOLLOWER:
    case errorCode.KAFKA_STORAGE_ERROR:
      return errorCode.NOT_COORDINATOR;
    case errorCode.NOT_ENOUGH_REPLICAS:
    case errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case errorCode.REQUEST_TIMED_OUT:
      return errorCode.COORDINATOR_NOT_AVAILABLE;
    default:
      return error;
  }
}
