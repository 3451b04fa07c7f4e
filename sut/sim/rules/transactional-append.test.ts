import { expect, test } from "vitest";
import { mustVerify } from "./transactional-append.ts";

test("only the first batch of a transaction is asked about, whatever the protocol", () => {
  for (const version of [0, 2] as const) {
    expect(mustVerify({ isOpen: false, version })).toBe(true);
    expect(mustVerify({ isOpen: true, version })).toBe(false);
  }
});
