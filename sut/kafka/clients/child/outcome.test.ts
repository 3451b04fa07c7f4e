import { expect, test } from "vitest";
import { commitOutcome, errorText, sendOutcome } from "./outcome.ts";
import type { Answer } from "./outcome.ts";

test.each<readonly [string, readonly Answer[], string]>([
  ["nothing left the process", [], "send-failed"],
  ["too few replicas were in sync", [19], "send-failed"],
  ["the message was too large", [10], "send-failed"],
  ["every attempt was turned down before anything was appended", [3, 19, 45], "send-failed"],
  ["no answer came", [null], "send-unknown"],
  ["one attempt was not answered, although the last one was turned down", [null, 19], "send-unknown"],
  ["the leader changed, maybe after it had appended", [6], "send-unknown"],
  ["the followers took too long", [7], "send-unknown"],
  ["too few replicas were in sync after the append", [20], "send-unknown"],
  ["an earlier attempt has written it", [46], "send-unknown"],
  ["the error is one that nobody has thought of", [1234], "send-unknown"],
  ["an attempt has succeeded after all", [0, 19], "send-unknown"],
])("a send of which %s (%j) is %s", (_, attempts, expected) => {
  expect(sendOutcome(attempts)).toBe(expected);
});

test.each<readonly [string, readonly number[] | null, string, string]>([
  ["all partitions were committed", [0, 0], "commit-acked", "NONE"],
  ["the generation is over", [22], "commit-refused", "ILLEGAL_GENERATION"],
  ["the member is out of its group", [25, 25], "commit-refused", "UNKNOWN_MEMBER_ID"],
  ["the group is rebalancing", [27], "commit-refused", "REBALANCE_IN_PROGRESS"],
  ["no answer came", null, "commit-unknown", "DISCONNECTED"],
  ["the coordinator is not available, maybe after it had written", [15], "commit-unknown", "error 15"],
  ["the coordinator is another one, maybe since it wrote", [16], "commit-unknown", "error 16"],
  ["one partition was committed and the other was not", [0, 22], "commit-unknown", "ILLEGAL_GENERATION"],
  ["the error is one that nobody has thought of", [1234], "commit-unknown", "error 1234"],
])("a commit of which %s (%j) is %s", (_, answers, kind, error) => {
  expect(commitOutcome(answers)).toEqual({ kind, error });
});

test("an error is told by Kafka's name for it, wherever in the causes that is", () => {
  const protocol = Object.assign(new Error("long text"), { type: "NOT_ENOUGH_REPLICAS" });
  expect(errorText(protocol)).toBe("NOT_ENOUGH_REPLICAS");
  expect(errorText(new Error("retries exceeded", { cause: protocol }))).toBe("NOT_ENOUGH_REPLICAS");
  expect(errorText(new RangeError("too far"))).toBe("RangeError: too far");
  expect(errorText("just words")).toBe("just words");
});
