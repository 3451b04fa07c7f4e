import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { isLatestKnown, listableBound } from "./list-offsets.ts";

test("a consumer is told of no offset beyond the watermark", () => {
  expect(listableBound({ highWatermark: offset(3), logEndOffset: offset(5) })).toBe(3);
});

test("a new leader knows the latest offset when its watermark has reached its own epoch", () => {
  const known = (highWatermark: number): boolean =>
    isLatestKnown({ highWatermark: offset(highWatermark), epochStartOffset: offset(4) });
  expect([known(3), known(4), known(5)]).toEqual([false, true, true]);
});
