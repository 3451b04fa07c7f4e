import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { afterOutOfRange } from "./out-of-range.ts";

test.each([
  ["gives up what its leader does not have", 9, 2, 6, { kind: "truncate", toOffset: 6 }],
  ["gives it up also where that is below its leader's start", 9, 6, 6, { kind: "truncate", toOffset: 6 }],
  ["begins anew where its leader does if there is a hole between them", 4, 5, 8, { kind: "restart", logStart: 5 }],
  ["keeps what it has if its leader goes on right there", 5, 5, 8, { kind: "keep" }],
  ["keeps what it has if its leader has caught up with it in the meantime", 8, 2, 8, { kind: "keep" }],
  ["keeps what it has if its leader has more", 6, 2, 8, { kind: "keep" }],
])("a follower that is out of range %s", (_sentence, logEndOffset, leaderLogStart, leaderEndOffset, expected) => {
  const question = {
    logEndOffset: offset(logEndOffset),
    leaderLogStart: offset(leaderLogStart),
    leaderEndOffset: offset(leaderEndOffset),
  };
  expect(afterOutOfRange(question)).toEqual(expected);
});
