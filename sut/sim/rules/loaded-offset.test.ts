import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { laterCommit } from "./loaded-offset.ts";

test("the commit that comes later in the log holds, also where it goes back", () => {
  expect(laterCommit(undefined, offset(4))).toBe(4);
  expect(laterCommit(offset(4), offset(9))).toBe(9);
  expect(laterCommit(offset(9), offset(4))).toBe(4);
});
