import { expect, test } from "vitest";
import {
  acked,
  changed,
  ended,
  ending,
  historyOf,
  injected,
  readBackTransactions,
  send,
  told,
  unclear,
  verdictOn,
} from "../hand-made-history.ts";
import type { Shape, Told } from "../hand-made-history.ts";
import { transactionsAreAtomic } from "./transactions-are-atomic.ts";

const two: readonly Told[] = [send("s1"), send("s2", "orders-1"), acked("s1", 0), acked("s2", 0)];
const verdict = (history: readonly (Told | readonly Told[])[], shape?: Shape): unknown =>
  told(verdictOn(transactionsAreAtomic, historyOf(...history), shape));
const wasCommitted: readonly Told[] = [...two, ending("commit", "s1", "s2"), ended("committed", "s1", "s2")];
const wasAborted: readonly Told[] = [...two, ending("abort", "s1", "s2"), ended("aborted", "s1", "s2")];
const isUnknown: readonly Told[] = [...two, ending("commit", "s1", "s2"), ended("unknown", "s1", "s2")];
const both = (first: string, second: string): readonly Told[] => [
  ...readBackTransactions("orders-0", "s1", first),
  ...readBackTransactions("orders-1", "s2", second),
];

test("it holds where all of a committed transaction counts, and none of an aborted one", () => {
  expect(verdict([wasCommitted, both("commit", "commit")])).toBe("holds for 2");
  expect(verdict([wasAborted, both("abort", "abort")])).toBe("holds for 2");
  expect(verdict([wasAborted, readBackTransactions("orders-0"), readBackTransactions("orders-1")])).toBe("holds for 2");
});

test("where nobody knows how it ended all of it counts or none", () => {
  expect(verdict([isUnknown, both("commit", "commit")])).toBe("holds for 2");
  expect(verdict([isUnknown, both("abort", "abort")])).toBe("holds for 2");
  expect(verdict([isUnknown, both("commit", "abort")])).toEqual({
    violated: [["s2 counts otherwise than s1 of the same transaction.", [4, 9]]],
  });
  expect(verdict([two, ending("commit", "s1", "s2"), both("abort", "commit")])).toHaveProperty("violated");
});

test("a record of a committed transaction that was acknowledged and does not count is a violation", () => {
  expect(verdict([wasCommitted, both("commit", "abort")])).toEqual({
    violated: [["s2 was acknowledged in a transaction that was committed, and does not count.", [4, 9]]],
  });
  expect(verdict([wasCommitted, readBackTransactions("orders-0", "s1", "commit"), readBackTransactions("orders-1")])).toEqual({
    violated: [["s2 was acknowledged in a transaction that was committed, and does not count.", [4]]],
  });
});

test("a record that counts of a transaction that was aborted, or that nobody has asked to commit, is a violation", () => {
  expect(verdict([wasAborted, both("commit", "abort")])).toEqual({
    violated: [["s1 counts, and its transaction was not committed.", [4, 6]]],
  });
  expect(verdict([two, both("commit", "abort")])).toEqual({
    violated: [["s1 counts as committed, and its producer has never asked for that.", [4]]],
  });
});

test("what was not acknowledged need not be there", () => {
  const history = [send("s1"), unclear("s1"), ending("commit", "s1"), ended("committed", "s1")];
  expect(verdict([history, readBackTransactions("orders-0")])).toBe("holds for 1");
});

test("unclean elections take the promise back", () => {
  const lost = [changed("orders-1", { leader: 1, epoch: 0, isr: [1] }), changed("orders-1", { leader: 2, epoch: 1, isr: [2] })];
  const shape: Shape = { topic: { "unclean.leader.election.enable": true } };
  expect(verdict([wasCommitted, lost, both("commit", "abort")], shape)).toMatchObject({
    "not-promised": [[expect.any(String), [4, 11], "unclean.leader.election.enable=true"]],
  });
});

test("with one epoch for all transactions a request that was held up may end the next one too", () => {
  const late = injected("delay-request");
  const shape: Shape = { brokerConfig: { "transaction.version": 0 } };
  expect(verdict([late, wasCommitted, both("commit", "abort")], shape)).toMatchObject({
    "not-promised": [[expect.any(String), [5, 10], "transaction.version=0"]],
  });
  expect(verdict([late, wasCommitted, both("commit", "abort")])).toHaveProperty("violated");
  expect(verdict([wasCommitted, both("commit", "abort")], shape)).toHaveProperty("violated");
});

test("of a log that was not read to its end nothing is said", () => {
  expect(verdict([wasCommitted])).toBe("unknown");
});
