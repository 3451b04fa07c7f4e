import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { memberId } from "../../../model/ids.ts";
import { afterReplacement, checkInstance } from "./static-member.ts";

test("of the processes with one group.instance.id the last to have joined is the member, and the others are fenced", () => {
  const member = memberId("second");
  expect(checkInstance({ member, known: member })).toBe(errorCode.NONE);
  expect(checkInstance({ member: memberId("first"), known: member })).toBe(errorCode.FENCED_INSTANCE_ID);
  expect(checkInstance({ member, known: undefined })).toBe(errorCode.UNKNOWN_MEMBER_ID);
});

test.each([
  ["Stable", "store"],
  ["PreparingRebalance", "wait"],
  ["CompletingRebalance", "rebalance"],
] as const)("a static member that comes back to a group that is %s: %s", (groupState, next) => {
  expect(afterReplacement({ groupState })).toBe(next);
});
