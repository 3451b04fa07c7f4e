import { expect, test } from "vitest";
import { errorName } from "../../../model/error-code.ts";
import { leaderEpoch } from "../../../model/ids.ts";
import { checkLeaderEpoch } from "./leader-epoch-check.ts";

test.each([
  ["the present epoch is right", 3, "NONE"],
  ["an asker that does not say is not checked", -1, "NONE"],
  ["an earlier epoch is fenced", 2, "FENCED_LEADER_EPOCH"],
  ["a later epoch is not known yet", 4, "UNKNOWN_LEADER_EPOCH"],
])("%s, whoever asks", (_sentence, requested, expected) => {
  for (const asker of ["follower", "consumer"] as const) {
    const answer = checkLeaderEpoch({ asker, requested: leaderEpoch(requested), current: leaderEpoch(3) });
    expect(errorName(answer)).toBe(expected);
  }
});
