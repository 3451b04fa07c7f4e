import { expect, test } from "vitest";
import {
  acked,
  assigned,
  begins,
  changed,
  commitAcked,
  commitRefused,
  commits,
  commitUnclear,
  delivered,
  factsOf,
  failed,
  historyOf,
  killed,
  offsetsFetched,
  partitionOf,
  readBack,
  readOne,
  revoked,
  send,
  started,
  stopped,
  unclear,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";

const facts = (...events: readonly (Told | readonly Told[])[]) => factsOf(historyOf(...events));

test("a send ends with what its producer was told, or not at all", () => {
  const { sends } = facts(
    [send("s1"), send("s2"), send("s3"), send("s4")],
    [acked("s1", 4), failed("s2", "X"), unclear("s3", "Y"), acked("nobody", 1)],
  );
  expect([...sends.values()].map(({ outcome }) => outcome)).toEqual([
    { kind: "acked", offset: 4, at: 4 },
    { kind: "failed", error: "X", at: 5 },
    { kind: "unknown", error: "Y", at: 6 },
    { kind: "open" },
  ]);
});

test("each start of a producer is another session, and its first acknowledgement is looked up by session and partition", () => {
  const trial = facts(
    [started("p1"), send("s1"), send("s2"), acked("s2", 0), acked("s1", 1), killed("p1")],
    [started("p1"), send("s3"), send("s4", "orders-1"), acked("s3", 2), send("s5", "orders-0", "p2")],
  );
  expect([...trial.sends.values()].map(({ session }) => session)).toEqual([1, 1, 2, 2, 0]);
  const firstAcks = ["s1", "s2", "s3", "s4", "s5"].map((step) => trial.sends.get(step)!.stream.firstAckAt);
  expect(firstAcks).toEqual([3, 3, 9, undefined, undefined]);
});

test("a send has its producer's settings over the defaults, and those of a producer that nobody knows are the defaults", () => {
  const trial = factsOf(historyOf(send("s1"), send("s2", "orders-0", "ghost")), { producer: { acks: "1" } });
  expect([...trial.sends.values()].map(({ settings }) => settings.acks)).toEqual(["1", "all"]);
  expect(trial.sends.get("s1")!.settings["enable.idempotence"]).toBe(true);
});

test("a log has its records in order, and a range only where it was read to the end", () => {
  const { logs } = facts(readBack("orders-0", "s1", "s2"), readOne("orders-1@3", "s3"));
  expect(logs.get(partitionOf("orders-0"))).toMatchObject({
    records: [
      { offset: 0, value: "s1", at: 0 },
      { offset: 1, value: "s2", at: 1 },
    ],
    range: { startOffset: 0, endOffset: 2 },
  });
  expect(logs.get(partitionOf("orders-1"))?.range).toBeUndefined();
});

test("a holding lasts until its partitions are given back, its client is gone, or it is assigned anew", () => {
  const { holdings } = facts([
    assigned("c1/1", "orders-0"),
    assigned("c2/1", "orders-1"),
    revoked("c1/1", "orders-0"),
    assigned("c1/2", "orders-0"),
    assigned("c1/3"),
    killed("c2"),
    stopped("c1"),
    stopped("c1"),
    assigned("c2/4", "orders-0"),
  ]);
  expect(holdings.map(({ assignedAt, client, endedAt }) => [client, assignedAt, endedAt])).toEqual([
    ["c1", 0, 2],
    ["c2", 1, 5],
    ["c1", 3, 4],
    ["c1", 4, 6],
    ["c2", 8, Infinity],
  ]);
});

test("what is read belongs to the holding of that moment, if it holds the partition", () => {
  const { delivered: all, holdings } = facts([
    delivered("c1/1", "orders-0@0", "early"),
    assigned("c1/1", "orders-0"),
    begins("c1/1", "orders-0@0"),
    delivered("c1/1", "orders-0@0", "s1"),
    delivered("c1/1", "orders-1@0", "s2"),
    revoked("c1/1", "orders-0"),
    delivered("c1/1", "orders-0@1", "late"),
  ]);
  expect(all).toHaveLength(4);
  expect([...holdings[0]!.reading].map(([partition, events]) => [partition, events.map(({ at }) => at)])).toEqual([
    ["orders-0", [2, 3]],
  ]);
});

test("commits of one client are told apart by number, and numbered anew in each of its lives", () => {
  const { commits: all } = facts(
    [
      started("c1"),
      commits("c1/1", 1, "orders-0@1"),
      commits("c1/1", 2, "orders-0@2"),
      commitRefused("c1", 2),
      commitUnclear("c1", 1),
    ],
    [killed("c1"), started("c1"), commitAcked("c1", 2), commits("c1/2", 1, "orders-0@3"), commitAcked("c1", 1)],
  );
  expect(all.map(({ outcome, startedAt }) => [startedAt, outcome.kind, outcome.at])).toEqual([
    [1, "unknown", 4],
    [2, "refused", 3],
    [8, "acked", 9],
  ]);
});

test("a coordinator is stale if a later term had been decided when it told the offsets", () => {
  const terms = [0, 1].map((epoch) => changed("__consumer_offsets-0", { leader: epoch + 1, epoch, isr: [1, 2] }));
  const stale = (epoch: number) =>
    facts(terms, assigned("c1/1", "orders-0"), offsetsFetched("c1", 1, epoch)).holdings[0]!.hadStaleCoordinator;
  expect([stale(0), stale(1)]).toEqual([true, false]);
  const before = facts([terms[0]!, assigned("c1/1", "orders-0"), offsetsFetched("c1", 1, 0), terms[1]!]).holdings[0]!;
  expect(before.hadStaleCoordinator).toBe(false);
  expect(facts([...terms, offsetsFetched("c1", 1, 0)]).holdings).toEqual([]);
});

test("groups are known by their options", () => {
  expect(facts().groupOptions("billing")?.members).toEqual(["c1", "c2"]);
  expect(facts().groupOptions("strangers")).toBeUndefined();
});
