import { expect, test } from "vitest";
import { errorCode, errorName } from "../../../model/error-code.ts";
import { generation } from "../../../model/ids.ts";
import { checkOffsetCommit } from "./offset-commit.ts";
import type { CommitQuestion } from "./offset-commit.ts";

type State = CommitQuestion["groupState"];

/** The answer of a group in generation 5. */
const answerTo = (groupState: State, isMember: boolean, from: number, isTransactional = false): string => {
  const membership = isMember ? errorCode.NONE : errorCode.UNKNOWN_MEMBER_ID;
  const question = { groupState, groupGeneration: generation(5), membership, generation: generation(from), isTransactional };
  return errorName(checkOffsetCommit(question));
};

test.each<readonly [string, State, boolean, number, string]>([
  ["a member commits in the present generation", "Stable", true, 5, "NONE"],
  ["a member still commits while a rebalance is being prepared", "PreparingRebalance", true, 5, "NONE"],
  ["nobody commits while the assignment is awaited", "CompletingRebalance", true, 5, "REBALANCE_IN_PROGRESS"],
  ["a member of an earlier generation is fenced", "Stable", true, 4, "ILLEGAL_GENERATION"],
  ["so is one of a generation to come", "Stable", true, 6, "ILLEGAL_GENERATION"],
  ["whoever was thrown out is no member", "Stable", false, 5, "UNKNOWN_MEMBER_ID"],
  ["an outsider commits while nobody is in the group", "Empty", false, -1, "NONE"],
  ["an outsider does not commit while somebody is", "Stable", false, -1, "UNKNOWN_MEMBER_ID"],
  ["a former member does not pass for an outsider", "Empty", false, 5, "UNKNOWN_MEMBER_ID"],
])("%s", (_sentence, state, isMember, from, expected) => {
  expect(answerTo(state, isMember, from)).toBe(expected);
});

test("a static member whose place another process has is fenced, in whatever generation", () => {
  const membership = errorCode.FENCED_INSTANCE_ID;
  const [groupGeneration, isTransactional] = [generation(5), false];
  const question = { groupState: "Stable", groupGeneration, membership, generation: groupGeneration, isTransactional } as const;
  expect(errorName(checkOffsetCommit(question))).toBe("FENCED_INSTANCE_ID");
});

test("in a transaction members commit also while the assignment is awaited, and in their own generation only", () => {
  expect(answerTo("CompletingRebalance", true, 5, true)).toBe("NONE");
  expect(answerTo("Stable", true, 4, true)).toBe("ILLEGAL_GENERATION");
  expect(answerTo("Stable", false, 5, true)).toBe("UNKNOWN_MEMBER_ID");
});
