import { expect, test } from "vitest";
import { acked, changed, chosen, historyOf, readBack, readOne, told, verdictOn } from "../hand-made-history.ts";
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
