import { expect, test } from "vitest";
import {
  acked,
  changed,
  chosen,
  down,
  failed,
  historyOf,
  injected,
  logStartAdvanced,
  readBack,
  readOne,
  send,
  told,
  unclear,
  verdictOn,
} from "../hand-made-history.ts";
import type { Shape } from "../hand-made-history.ts";
import { noLostAckedRecord } from "./no-lost-acked-record.ts";

const twoAcked = [send("s1"), acked("s1", 0), send("s2"), acked("s2", 1)];
const firstOnly = readBack("orders-0", "s1");

test("it holds where each acknowledged record is at its offset", () => {
  expect(told(verdictOn(noLostAckedRecord, historyOf(twoAcked, readBack("orders-0", "s1", "s2"))))).toBe("holds for 2");
});

test("a record that is not in the log is lost", () => {
  expect(told(verdictOn(noLostAckedRecord, historyOf(twoAcked, firstOnly)))).toEqual({
    violated: [["s2 was acknowledged at orders-0 offset 1 and is not in the log.", [2, 3]]],
  });
});

test("a record at another offset than the acknowledged one is not where it was promised to be", () => {
  expect(told(verdictOn(noLostAckedRecord, historyOf(twoAcked, readBack("orders-0", "s2", "s1"))))).toEqual({
    violated: [
      ["s1 was acknowledged at orders-0 offset 0 and is at offset 1 instead.", [0, 1, 5]],
      ["s2 was acknowledged at orders-0 offset 1 and is at offset 0 instead.", [2, 3, 4]],
    ],
  });
});

test("with a copy at the acknowledged offset, others elsewhere are not its business", () => {
  const history = historyOf(send("s1"), acked("s1", 1), readBack("orders-0", "s1", "s1"));
  expect(told(verdictOn(noLostAckedRecord, history))).toBe("holds for 1");
});

test("with acks=1 a record may be lost when the leader changed", () => {
  const failover = [
    changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }),
    ...twoAcked,
    down(1),
    changed("orders-0", { leader: 2, epoch: 1, isr: [2, 3] }),
  ];
  expect(told(verdictOn(noLostAckedRecord, historyOf(failover, firstOnly), { producer: { acks: "1" } }))).toEqual({
    "not-promised": [["s2 was acknowledged at orders-0 offset 1 and is not in the log.", [3, 4], "acks=1"]],
  });
  const calm = historyOf(changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }), twoAcked, firstOnly);
  expect(verdictOn(noLostAckedRecord, calm, { producer: { acks: "1" } }).kind).toBe("violated");
});

test("without evidence of brokers, acks=1 is permission enough once anything was disturbed", () => {
  const disturbed = historyOf(twoAcked, injected("kill-broker"), firstOnly);
  expect(verdictOn(noLostAckedRecord, disturbed, { producer: { acks: "1" } }).kind).toBe("not-promised");
  expect(verdictOn(noLostAckedRecord, disturbed).kind).toBe("violated");
  expect(verdictOn(noLostAckedRecord, historyOf(twoAcked, firstOnly), { producer: { acks: "1" } }).kind).toBe("violated");
});

test("sends that failed, that are open, unclear or without an offset, and logs that were not read to the end say nothing", () => {
  const history = historyOf(
    [send("s1"), failed("s1"), send("s2"), send("s3"), unclear("s3"), send("s4"), acked("s4", null), acked("nobody", 4)],
    [send("s5", "orders-1"), acked("s5", 0), readOne("orders-1@7", "s9")],
    readBack("orders-0"),
  );
  expect(verdictOn(noLostAckedRecord, history)).toEqual({ kind: "unknown", reason: "the trial gave it nothing to judge" });
});

test("a record that an administrator had deleted is not promised, and is not excused for being elsewhere", () => {
  const deleted = [injected("delete-records"), logStartAdvanced(1, "orders-0@2")];
  expect(told(verdictOn(noLostAckedRecord, historyOf(twoAcked, deleted, firstOnly)))).toEqual({
    "not-promised": [
      ["s2 was acknowledged at orders-0 offset 1 and is not in the log.", [2, 3], "DeleteRecords was asked for orders-0"],
    ],
  });
  const moved = historyOf(twoAcked, deleted, readBack("orders-0", "s2", "s1"));
  expect(verdictOn(noLostAckedRecord, moved).kind).toBe("violated");
  const beyond = historyOf(twoAcked, injected("delete-records"), logStartAdvanced(1, "orders-0@1"), firstOnly);
  expect(verdictOn(noLostAckedRecord, beyond).kind).toBe("violated");
});

test("one that a producer without idempotence repeated may be elsewhere when its first place was deleted", () => {
  const deleted = [injected("delete-records"), logStartAdvanced(1, "orders-0@1")];
  const history = historyOf(send("s1"), acked("s1", 0), deleted, readOne("orders-0@3", "s1"), readBack("orders-0"));
  expect(verdictOn(noLostAckedRecord, history, { producer: { "enable.idempotence": false } }).kind).toBe("not-promised");
  expect(verdictOn(noLostAckedRecord, history).kind).toBe("violated");
});

test("one of a compacted topic may be missing where a later record has its key, and only there", () => {
  const shape = { topic: { "cleanup.policy": "compact" } } as const;
  const keyed = (step: string, at: number, key: string) => [chosen(step, "orders-0", [0], key), acked(step, at)];
  const verdict = (key: string, to: Shape) =>
    verdictOn(
      noLostAckedRecord,
      historyOf(keyed("s1", 0, "k"), keyed("s2", 1, key), readOne("orders-0@1", "s2"), readBack("orders-0")),
      to,
    );
  expect(verdict("k", shape).kind).toBe("not-promised");
  expect(verdict("j", shape).kind).toBe("violated");
  expect(verdict("k", {}).kind).toBe("violated");
});
