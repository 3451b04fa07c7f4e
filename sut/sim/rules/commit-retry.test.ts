import { expect, test } from "vitest";
import { retriesCommit } from "./commit-retry.ts";

test("a commit is sent again only while there is no later one", () => {
  expect(retriesCommit({ isLatest: true })).toBe(true);
  expect(retriesCommit({ isLatest: false })).toBe(false);
});
