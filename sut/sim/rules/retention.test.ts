import { describe, expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { expiryOf, mayDeleteSegment } from "./retention.ts";
import type { ExpiryQuestion } from "./retention.ts";

const whyOf = (odd: Partial<ExpiryQuestion>) =>
  expiryOf({
    sizeInBytes: 100,
    logSizeInBytes: 250,
    ageMs: 1000,
    isBelowLogStart: false,
    retentionMs: -1,
    retentionBytes: -1,
    ...odd,
  });

describe("the oldest segment of a log", () => {
  test.each<[string, Partial<ExpiryQuestion>, string | undefined]>([
    ["stays where nothing limits the log", {}, undefined],
    ["goes once its newest record is older than retention.ms", { retentionMs: 999 }, "retention.ms"],
    ["stays while that record is just as old", { retentionMs: 1000 }, undefined],
    ["goes while the log without it is no smaller than retention.bytes", { retentionBytes: 150 }, "retention.bytes"],
    ["stays where the log without it would be smaller", { retentionBytes: 151 }, undefined],
    ["goes where the log starts behind it, whatever its age and size", { isBelowLogStart: true }, "delete-records"],
    ["goes at any size where retention.bytes is 0", { retentionBytes: 0, logSizeInBytes: 100 }, "retention.bytes"],
  ])("%s", (_sentence, odd, expected) => {
    expect(whyOf(odd)).toBe(expected);
  });

  test("is not deleted unless all of it is committed (KAFKA-5634)", () => {
    const may = (endOffset: number): boolean => mayDeleteSegment({ endOffset: offset(endOffset), highWatermark: offset(5) });
    expect([may(4), may(5), may(6)]).toEqual([true, true, false]);
  });
});
