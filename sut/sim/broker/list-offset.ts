import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { Offset } from "../../../model/ids.ts";
import { earliestTimestamp, latestTimestamp } from "../protocol/fetch.ts";
import { noTimestamp } from "../protocol/record-size.ts";
import type { Rules } from "../rules/rules.ts";
import type { PartitionLog } from "./log/partition-log.ts";

/** A leader's log, as far as it matters to whoever asks for offsets. */
export interface ListableLog {
  readonly log: PartitionLog;
  readonly highWatermark: Offset;
  /** Undefined where whoever asks does not read with `read_committed`. */
  readonly lastStableOffset?: Offset | undefined;
  readonly epochStartOffset: Offset;
  readonly rules: Pick<Rules, "isLatestKnown" | "listableBound">;
}

/** Both are -1 on an error, and where no record is as new as was asked for. */
export interface ListedOffset {
  readonly error: ErrorCode;
  readonly offset: Offset;
  readonly timestampMs: number;
}

/** That there is no such record, or that it may not be told. */
export const notListed = (error: ErrorCode): ListedOffset => ({ error, offset: offset(-1), timestampMs: noTimestamp });

const listed = (place: Offset, timestampMs: number = noTimestamp): ListedOffset => {
  return { error: errorCode.NONE, offset: place, timestampMs };
};

/** What a leader answers to `ListOffsets`: the earliest offset, the latest one, or that of the first record from a time on. */
export function listOffset(
  { epochStartOffset, highWatermark, lastStableOffset, log, rules }: ListableLog,
  timestamp: number,
  asker: "consumer" | "follower",
): ListedOffset {
  if (timestamp === earliestTimestamp) return listed(log.startOffset);
  const isFollower = asker === "follower";
  const bound = isFollower
    ? log.endOffset
    : rules.listableBound({ highWatermark, logEndOffset: log.endOffset, lastStableOffset });
  if (timestamp !== latestTimestamp) {
    const found = log.findByTimestamp(timestamp);
    if (found !== undefined && found.offset < bound) return listed(found.offset, found.timestampMs);
  }
  const isKnown = isFollower || rules.isLatestKnown({ highWatermark, epochStartOffset });
  if (!isKnown) return notListed(errorCode.OFFSET_NOT_AVAILABLE);
  return timestamp === latestTimestamp ? listed(bound) : notListed(errorCode.NONE);
}
