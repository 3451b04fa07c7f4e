import { expect, test } from "vitest";
import { changed, delivered, historyOf, readBackTransactions, told, verdictOn } from "../hand-made-history.ts";
import type { Shape } from "../hand-made-history.ts";
import { abortedRecordsAreNotRead } from "./aborted-records-are-not-read.ts";

const committedOnly: Shape = { group: { config: { "isolation.level": "read_committed" } } };
const read = delivered("c1/1", "orders-0@0", "s1");
const verdict = (end: readonly string[], shape: Shape = committedOnly): unknown =>
  told(verdictOn(abortedRecordsAreNotRead, historyOf(read, readBackTransactions("orders-0", "s1", ...end)), shape));

test("it holds where what was read was committed", () => {
  expect(verdict(["commit"])).toBe("holds for 1");
});

test("a record of a transaction that was aborted, or is open still, is a violation", () => {
  const violated = {
    violated: [["c1 was given s1, orders-0 offset 0, of a transaction that was not committed.", [0, 1]]],
  };
  expect(verdict(["abort"])).toEqual(violated);
  expect(verdict([])).toEqual(violated);
});

test("consumers that read everything are not judged", () => {
  expect(verdict(["abort"], {})).toBe("unknown");
});

test("what was read from a log that was lost is not judged by the log that took its place", () => {
  const other = historyOf(read, readBackTransactions("orders-0", "s2", "abort"));
  expect(told(verdictOn(abortedRecordsAreNotRead, other, committedOnly))).toBe("holds for 1");
});

test("unclean elections take the promise back", () => {
  const lost = [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), changed("orders-0", { leader: 2, epoch: 1, isr: [2] })];
  const history = historyOf(read, lost, readBackTransactions("orders-0", "s1", "abort"));
  const shape: Shape = { ...committedOnly, topic: { "unclean.leader.election.enable": true } };
  expect(told(verdictOn(abortedRecordsAreNotRead, history, shape))).toHaveProperty("not-promised");
});
