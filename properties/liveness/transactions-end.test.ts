import { expect, test } from "vitest";
import { changed, historyOf, limitReached, readBack, readBackTransactions, told, verdictOn } from "../hand-made-history.ts";
import { transactionsEnd } from "./transactions-end.ts";

test("it holds where a marker follows each record of a transaction", () => {
  expect(told(verdictOn(transactionsEnd, historyOf(readBackTransactions("orders-0", "s1", "s2", "abort"))))).toBe(
    "holds for 2",
  );
});

test("a transaction without a marker is a violation", () => {
  expect(told(verdictOn(transactionsEnd, historyOf(readBackTransactions("orders-0", "s1", "commit", "s2"))))).toEqual({
    violated: [["s2 at orders-0 offset 2 belongs to a transaction that nobody ends.", [2]]],
  });
});

test("a marker may be lost with an unclean election, and then the transaction hangs", () => {
  const lost = [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), changed("orders-0", { leader: 2, epoch: 1, isr: [2] })];
  const history = historyOf(lost, readBackTransactions("orders-0", "s1"));
  const shape = { topic: { "unclean.leader.election.enable": true } };
  expect(told(verdictOn(transactionsEnd, history, shape))).toHaveProperty("not-promised");
});

test("what the coordinator has put down may be lost like any record, and then nobody ends the transaction", () => {
  const topic = "__transaction_state-0";
  const lost = [changed(topic, { leader: 1, epoch: 0, isr: [1] }), changed(topic, { leader: 2, epoch: 1, isr: [2] })];
  const history = historyOf(lost, readBackTransactions("orders-0", "s1"));
  const shape = { brokerConfig: { "unclean.leader.election.enable": true } };
  expect(told(verdictOn(transactionsEnd, history, shape))).toHaveProperty("not-promised");
  expect(told(verdictOn(transactionsEnd, history))).toHaveProperty("violated");
});

test("records of no transaction give nothing to judge, nor does a trial that has not come to rest", () => {
  expect(told(verdictOn(transactionsEnd, historyOf(readBack("orders-0", "s1"))))).toBe("unknown");
  const early = historyOf(limitReached("drain", "transactions of shop to end"), readBackTransactions("orders-0", "s1"));
  expect(told(verdictOn(transactionsEnd, early))).toBe("unknown");
});

test("of a transaction whose first records were deleted while the log was read nothing is said", () => {
  const [record, ...end] = readBackTransactions("orders-0", "s1");
  const later = end.map((event) => (event.kind === "read-back-finished" ? { ...event, startOffset: event.endOffset } : event));
  expect(told(verdictOn(transactionsEnd, historyOf(record!, later)))).toBe("unknown");
});
