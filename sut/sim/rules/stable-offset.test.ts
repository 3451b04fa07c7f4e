import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { lastStableOffset } from "./stable-offset.ts";

test("it is the watermark, or where the first undecided transaction begins", () => {
  expect(lastStableOffset({ highWatermark: offset(5), firstUnstable: undefined })).toBe(5);
  expect(lastStableOffset({ highWatermark: offset(5), firstUnstable: offset(3) })).toBe(3);
  expect(lastStableOffset({ highWatermark: offset(5), firstUnstable: offset(7) })).toBe(5);
});
