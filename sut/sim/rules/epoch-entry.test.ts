import { expect, test } from "vitest";
import { leaderEpoch, offset } from "../../../model/ids.ts";
import { entersEpochOnElection, forgetsEpochsFrom } from "./epoch-entry.ts";

test("a leader enters its epoch, also at the end of a log to which it adds nothing", () => {
  expect(entersEpochOnElection({ leaderEpoch: leaderEpoch(3), logEndOffset: offset(10) })).toBe(true);
  expect(entersEpochOnElection({ leaderEpoch: leaderEpoch(0), logEndOffset: offset(0) })).toBe(true);
});

test("a cut takes epochs with it, also at and beyond the end of the log", () => {
  for (const toOffset of [offset(9), offset(10), offset(11)]) {
    expect(forgetsEpochsFrom({ toOffset, logEndOffset: offset(10) })).toBe(true);
  }
});
