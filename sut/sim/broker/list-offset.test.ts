import { describe, expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import { earliestTimestamp, latestTimestamp } from "../protocol/fetch.ts";
import { kafkaRules } from "../rules/rules.ts";
import { listOffset } from "./list-offset.ts";
import type { ListedOffset } from "./list-offset.ts";
import { batchOf, emptyLog } from "./log/hand-made-log.ts";

/** Records of 10, 20, 30 and 40 ms at offsets 0 to 3, of which so many are committed. */
function ask(
  timestamp: number,
  highWatermark = 4,
  epochStartOffset = 0,
  asker: "consumer" | "follower" = "consumer",
): ListedOffset {
  const log = emptyLog({ "segment.bytes": 150, "index.interval.bytes": 0 });
  for (let at = 0; at < 4; at++) log.append(batchOf(at, "x", 0, 10 + at * 10), 0);
  const leader = { log, highWatermark: offset(highWatermark), epochStartOffset: offset(epochStartOffset), rules: kafkaRules };
  return listOffset(leader, timestamp, asker);
}

const nothing = { error: errorCode.NONE, offset: -1, timestampMs: -1 };
const notYet = { ...nothing, error: errorCode.OFFSET_NOT_AVAILABLE };

describe("a leader that is asked for an offset", () => {
  test("tells where its log begins, and how far it is committed", () => {
    expect(ask(earliestTimestamp, 3)).toEqual({ ...nothing, offset: 0 });
    expect(ask(latestTimestamp, 3)).toEqual({ ...nothing, offset: 3 });
  });

  test("tells the first record from a time on, with its own time", () => {
    expect(ask(20)).toEqual({ ...nothing, offset: 1, timestampMs: 20 });
    expect(ask(21)).toEqual({ ...nothing, offset: 2, timestampMs: 30 });
    expect(ask(0)).toEqual({ ...nothing, offset: 0, timestampMs: 10 });
    expect(ask(41)).toEqual(nothing);
  });

  test("tells of no record that is not committed", () => {
    expect(ask(30, 3)).toEqual({ ...nothing, offset: 2, timestampMs: 30 });
    expect(ask(40, 3)).toEqual(nothing);
  });

  test("tells a follower also what is not committed", () => {
    expect(ask(latestTimestamp, 2, 3, "follower")).toEqual({ ...nothing, offset: 4 });
    expect(ask(40, 2, 3, "follower").offset).toBe(3);
  });

  test("cannot say what is latest, or that there is nothing, before all of its predecessors' records are committed", () => {
    expect([ask(latestTimestamp, 2, 3), ask(41, 2, 3)]).toEqual([notYet, notYet]);
    expect([ask(earliestTimestamp, 2, 3).offset, ask(20, 2, 3).offset]).toEqual([0, 1]);
  });
});
