import { expect, test } from "vitest";
import { acceptsAppend } from "./disk-failure.ts";

test("a broker appends until its disk has failed", () => {
  expect([acceptsAppend({ hasFailed: false }), acceptsAppend({ hasFailed: true })]).toEqual([true, false]);
});
