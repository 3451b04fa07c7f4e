import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { partitionEpoch } from "../../../model/ids.ts";
import { afterRefusedIsr, countsProposalAnswer } from "./isr-answer.ts";

test.each([
  ["the answer to the pending proposal counts", { isPending: true, isOfThisTerm: true }, 5, 4, true],
  ["the answer to another one does not", { isPending: false, isOfThisTerm: true }, 5, 4, false],
  ["nor does one that has begun another term", { isPending: true, isOfThisTerm: false }, 5, 4, false],
  ["nor does one that the metadata has overtaken", { isPending: true, isOfThisTerm: true }, 5, 5, false],
])("%s", (_sentence, proposal, answered, known, expected) => {
  const question = { ...proposal, answeredEpoch: partitionEpoch(answered), partitionEpoch: partitionEpoch(known) };
  expect(countsProposalAnswer(question)).toBe(expected);
});

test.each([
  ["INELIGIBLE_REPLICA", "revert"],
  ["OPERATION_NOT_ATTEMPTED", "revert"],
  ["FENCED_LEADER_EPOCH", "await-metadata"],
  ["INVALID_UPDATE_VERSION", "await-metadata"],
  ["UNKNOWN_TOPIC_OR_PARTITION", "await-metadata"],
  ["INVALID_REQUEST", "await-metadata"],
  ["NEW_LEADER_ELECTED", "await-metadata"],
  ["NOT_CONTROLLER", "retry"],
  ["STALE_BROKER_EPOCH", "retry"],
] as const)("after %s: %s", (error, expected) => {
  expect(afterRefusedIsr(errorCode[error])).toBe(expected);
});

test("a proposal that got no answer is repeated", () => {
  expect(afterRefusedIsr(undefined)).toBe("retry");
});
