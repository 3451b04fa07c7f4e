import { describe, expect, test } from "vitest";
import { errorName } from "../../../model/error-code.ts";
import { offset } from "../../../model/ids.ts";
import type { ProducerState, RetainedBatch } from "../broker/producer-states.ts";
import { judgeSequence, retainBatch, sequenceAfter } from "./producer-sequence.ts";

const batch = (first: number, last: number, base: number): RetainedBatch => {
  return { firstSequence: first, lastSequence: last, baseOffset: offset(base) };
};
/** In epoch 2: sequences 0 to 2 at offset 10, and 3 at offset 20. */
const known: ProducerState = { epoch: 2, batches: [batch(0, 2, 10), batch(3, 3, 20)] };

function verdict(state: ProducerState | undefined, producerEpoch: number, first: number, last: number): string {
  const judged = judgeSequence(state, { producerEpoch, firstSequence: first, lastSequence: last });
  if (judged.kind === "duplicate") return `duplicate of ${judged.baseOffset}`;
  return judged.kind === "append" ? "append" : errorName(judged.error);
}

test.each<readonly [string, number, number, number, string]>([
  ["the next number is appended", 2, 4, 6, "append"],
  ["a gap is out of order", 2, 5, 5, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  ["the last batch again is a duplicate", 2, 3, 3, "duplicate of 20"],
  ["an earlier batch again is a duplicate", 2, 0, 2, "duplicate of 10"],
  ["part of an earlier batch is no repetition of it", 2, 0, 1, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  ["an earlier epoch is fenced", 1, 4, 4, "INVALID_PRODUCER_EPOCH"],
  ["a new epoch begins with 0", 3, 0, 2, "append"],
  ["a new epoch does not begin anywhere else", 3, 4, 4, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
])("%s", (_sentence, epoch, first, last, expected) => {
  expect(verdict(known, epoch, first, last)).toBe(expected);
});

test("the first batch of a producer that is not known may carry any number", () => {
  expect(verdict(undefined, 7, 41, 42)).toBe("append");
});

test("numbers wrap to 0 after 2147483647", () => {
  expect(sequenceAfter(2147483646)).toBe(2147483647);
  expect(sequenceAfter(2147483647)).toBe(0);
  const atTheEnd: ProducerState = { epoch: 0, batches: [batch(2147483646, 2147483647, 5)] };
  expect(verdict(atTheEnd, 0, 0, 3)).toBe("append");
});

describe("a broker recognises", () => {
  const remembered = [0, 1, 2, 3, 4, 5].reduce<readonly RetainedBatch[]>(
    (before, at) => retainBatch(before, batch(at, at, at)),
    [],
  );

  test("as many batches as a client may have in flight, which is five", () => {
    expect(remembered.map(({ firstSequence }) => firstSequence)).toEqual([1, 2, 3, 4, 5]);
  });
});

test("of offsets that a coordinator writes for a producer only the epoch is looked at", () => {
  expect([verdict(known, 2, -1, -1), verdict(known, 3, -1, -1), verdict(known, 1, -1, -1)]).toEqual([
    "append",
    "append",
    "INVALID_PRODUCER_EPOCH",
  ]);
});
