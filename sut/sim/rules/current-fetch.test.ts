import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { isCurrentFetch } from "./current-fetch.ts";

test.each([
  ["a response for the present position is taken in", 5, 5, true],
  ["a response of before the position moved on is dropped", 5, 9, false],
  ["a response of before the position was set back is dropped", 9, 5, false],
])("%s", (_sentence, requested, position, expected) => {
  expect(isCurrentFetch({ requestedOffset: offset(requested), position: offset(position) })).toBe(expected);
});
