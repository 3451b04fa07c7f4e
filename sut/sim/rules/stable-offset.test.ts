import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { lastStableOffset } from "./stable-offset.ts";

test("it is the watermark, or where the first undecided transaction begins", () => {
  const log = { highWatermark: offset(5), logStart: offset(0) };
  expect(lastStableOffset({ ...log, firstUnstable: undefined })).toBe(5);
  expect(lastStableOffset({ ...log, firstUnstable: offset(3) })).toBe(3);
  expect(lastStableOffset({ ...log, firstUnstable: offset(7) })).toBe(5);
  expect(lastStableOffset({ ...log, logStart: offset(4), firstUnstable: offset(3) })).toBe(4);
});
