import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { isLatestKnown, listableBound } from "./list-offsets.ts";

test("a consumer is told of no offset beyond the watermark", () => {
  const log = { highWatermark: offset(3), logEndOffset: offset(5) };
  expect(listableBound({ ...log, lastStableOffset: undefined })).toBe(3);
  expect(listableBound({ ...log, lastStableOffset: offset(2) })).toBe(2);
});

test("a new leader knows the latest offset when its watermark has reached its own epoch", () => {
  const known = (highWatermark: number): boolean =>
    isLatestKnown({ highWatermark: offset(highWatermark), epochStartOffset: offset(4) });
  expect([known(3), known(4), known(5)]).toEqual([false, true, true]);
});
