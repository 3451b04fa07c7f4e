import { expect, test } from "vitest";
import { leaderEpoch, offset, producerId } from "../../../model/ids.ts";
import type { RecordBatch } from "../protocol/record-batch.ts";
import { kafkaRules } from "../rules/rules.ts";
import { ProducerStates } from "./producer-states.ts";

const batch = (id: number, epoch: number, baseSequence: number, length = 1, baseOffset = 0): RecordBatch => ({
  baseOffset: offset(baseOffset),
  partitionLeaderEpoch: leaderEpoch(0),
  producerId: producerId(id),
  producerEpoch: epoch,
  baseSequence,
  records: Array.from({ length }, () => ({ key: null, value: "x" })),
});

function statesOf(...batches: readonly RecordBatch[]): ProducerStates {
  const states = new ProducerStates(kafkaRules);
  for (const one of batches) states.update(one);
  return states;
}

const sequences = (states: ProducerStates, id: number): readonly (readonly [number, number])[] =>
  states.of(producerId(id))?.batches.map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence]) ?? [];

test("each producer's batches are remembered with their first and last sequence", () => {
  const states = statesOf(batch(1, 0, 0, 3), batch(2, 0, 0), batch(1, 0, 3, 2));
  expect(sequences(states, 1)).toEqual([
    [0, 2],
    [3, 4],
  ]);
  expect(sequences(states, 2)).toEqual([[0, 0]]);
});

test("a batch whose numbers wrap ends with a small one", () => {
  expect(sequences(statesOf(batch(1, 0, 2147483646, 3)), 1)).toEqual([[2147483646, 0]]);
});

test("a new epoch begins with nothing remembered", () => {
  const states = statesOf(batch(1, 0, 0), batch(1, 1, 0, 2));
  expect(states.of(producerId(1))?.epoch).toBe(1);
  expect(sequences(states, 1)).toEqual([[0, 1]]);
});

test("a producer that is not idempotent leaves no trace", () => {
  expect(statesOf(batch(-1, -1, -1)).of(producerId(-1))).toBeUndefined();
});

test("after a truncation only what is left in the log is known", () => {
  const states = statesOf(batch(1, 0, 0), batch(1, 0, 1), batch(2, 0, 0));
  states.rebuild([batch(1, 0, 0)]);
  expect(sequences(states, 1)).toEqual([[0, 0]]);
  expect(states.of(producerId(2))).toBeUndefined();
});

test("offsets that a coordinator writes for a producer have no number: its epoch is known by them, and nothing else", () => {
  const states = statesOf(batch(1, 0, 0, 3), batch(1, 0, -1), batch(2, 4, -1));
  expect(sequences(states, 1)).toEqual([[0, 2]]);
  expect([states.of(producerId(2))?.epoch, sequences(states, 2)]).toEqual([4, []]);
  expect(sequences(statesOf(batch(1, 0, 0, 3), batch(1, 1, -1)), 1)).toEqual([]);
});
