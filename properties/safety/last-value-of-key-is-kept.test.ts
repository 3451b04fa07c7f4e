import { describe, expect, test } from "vitest";
import {
  acked,
  changed,
  chosen,
  deleting,
  ended,
  ending,
  historyOf,
  logStartAdvanced,
  readBack,
  readBackTransactions,
  readOne,
  send,
  told,
  unclear,
  verdictOn,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { lastValueOfKeyIsKept } from "./last-value-of-key-is-kept.ts";

const compacted = { topic: { "cleanup.policy": "compact" } } as const;
const sent = (step: string, at: number, key: string) => [chosen(step, "orders-0", [0], key), acked(step, at)];
const three = [...sent("s1", 0, "k"), ...sent("s2", 1, "j"), ...sent("s3", 2, "k")];
const end = readBack("orders-0");
const verdict = (...events: readonly (Told | readonly Told[])[]) =>
  told(verdictOn(lastValueOfKeyIsKept, historyOf(...events), compacted));

test("it holds where each key has its last record, whatever became of those before", () => {
  expect(verdict(three, readOne("orders-0@1", "s2"), readOne("orders-0@2", "s3"), end)).toBe("holds for 2");
  expect(verdict(three, readBack("orders-0", "s1", "s2", "s3"))).toBe("holds for 2");
});

test("a later record of the key takes its place, also one of which nobody knew that it was written", () => {
  const later = [chosen("s4", "orders-0", [0], "k"), readOne("orders-0@1", "s2"), readOne("orders-0@5", "s4")];
  expect(verdict(three, later, end)).toBe("holds for 2");
});

test("it is violated where a key has lost its last record, also if an earlier one is there", () => {
  expect(verdict(three, readOne("orders-0@0", "s1"), readOne("orders-0@1", "s2"), end)).toEqual({
    violated: [
      ["s3 was acknowledged at orders-0 offset 2 with key k, and the log has no record of that key from there on.", [4, 5]],
    ],
  });
});

test("it is permitted where acknowledged records may be lost", () => {
  const elections = [1, 2].map((leader) => changed("orders-0", { leader, epoch: leader, isr: [leader] }));
  const history = historyOf(elections, three, readBack("orders-0", "s1", "s2"));
  const shape = { topic: { ...compacted.topic, "unclean.leader.election.enable": true } };
  expect(verdictOn(lastValueOfKeyIsKept, history, shape).kind).toBe("not-promised");
});

test("there is nothing to judge of a topic that is not compacted, nor of a log that was not read", () => {
  expect(verdictOn(lastValueOfKeyIsKept, historyOf(three, end)).kind).toBe("unknown");
  expect(verdictOn(lastValueOfKeyIsKept, historyOf(three), compacted).kind).toBe("unknown");
});

describe("a key that was deleted", () => {
  /** Events are a millisecond apart: s2 is sent at 2 ms, and the log has been read at 8 ms at the latest. */
  const deleted = [...sent("s1", 0, "k"), deleting("s2", "orders-0", "k"), acked("s2", 1)];
  const after = (retentionMs: number, ...events: readonly (Told | readonly Told[])[]) =>
    verdictOn(lastValueOfKeyIsKept, historyOf(deleted, ...events), {
      topic: { ...compacted.topic, "delete.retention.ms": retentionMs },
    });

  test("has its tombstone as long as that may be read, and then nothing", () => {
    expect(told(after(100, readOne("orders-0@1", "s2"), end))).toBe("holds for 1");
    expect(told(after(2, end))).toBe("holds for 1");
    expect(told(after(100, end))).toEqual({
      violated: [
        [
          "s2, a tombstone, was acknowledged at orders-0 offset 1 with key k, and the log has no record of that key from there on.",
          [2, 3],
        ],
      ],
    });
  });

  test("does not come back when its tombstone has gone", () => {
    expect(told(after(2, readOne("orders-0@0", "s1"), end))).toEqual({
      violated: [
        [
          "s2, a tombstone, was acknowledged at orders-0 offset 1 with key k, and when the key had been deleted s1 was there again at offset 0.",
          [2, 3, 4],
        ],
      ],
    });
  });

  test("does not come back either where nobody knows that the tombstone was written", () => {
    const unknown = [...sent("s1", 0, "k"), deleting("s2", "orders-0", "k"), unclear("s2")];
    const shape = { topic: { ...compacted.topic, "delete.retention.ms": 1 } };
    expect(told(verdictOn(lastValueOfKeyIsKept, historyOf(unknown, end), shape))).toBe("holds for 1");
    const late = [...sent("s1", 0, "k"), ...sent("s3", 1, "k"), deleting("s2", "orders-0", "k"), unclear("s2")];
    expect(verdictOn(lastValueOfKeyIsKept, historyOf(late, readOne("orders-0@0", "s1"), end), shape).kind).toBe("violated");
  });

  test("may come back where a replica was away for as long as tombstones stay, and not where it was away for less", () => {
    const away = [
      changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }),
      changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] }),
    ];
    const back = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] });
    const cameBack = [readOne("orders-0@0", "s1"), ...end];
    expect(after(2, away, [send("s8"), send("s9")], back, cameBack).kind).toBe("not-promised");
    expect(after(2, away, back, cameBack).kind).toBe("violated");
  });

  test("may have been deleted with the oldest records of the log, where the policy is both", () => {
    const both = { topic: { "cleanup.policy": "compact,delete", "retention.ms": 5, "delete.retention.ms": 100 } } as const;
    const history = historyOf(deleted, logStartAdvanced(1, "orders-0@2", "retention.ms"), end);
    expect(verdictOn(lastValueOfKeyIsKept, history, both).kind).toBe("not-promised");
  });
});

test("a record of a transaction counts when its producer was told that it is committed, and an aborted one replaces nothing", () => {
  const shape = { ...compacted, producer: { "transactional.id": "shop" } };
  const log = [readBackTransactions("orders-0", "s1", "commit", "s2", "abort")];
  const both = [
    ...sent("s1", 0, "k"),
    ending("commit", "s1"),
    ended("committed", "s1"),
    ...sent("s2", 2, "k"),
    ending("abort", "s2"),
  ];
  expect(told(verdictOn(lastValueOfKeyIsKept, historyOf(both, ended("aborted", "s2"), ...log), shape))).toBe("holds for 1");
  const lost = historyOf(both, ended("aborted", "s2"), readBackTransactions("orders-0", "s2", "abort"));
  expect(verdictOn(lastValueOfKeyIsKept, lost, shape).kind).toBe("violated");
});
