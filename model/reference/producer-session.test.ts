import { describe, expect, test } from "vitest";
import { producerId } from "../ids.ts";
import { classify, noSessions, withBatch } from "./producer-session.ts";
import type { ProducerSessions, Sequenced } from "./producer-session.ts";

const batch = (baseSequence: number, length = 1, producerEpoch = 0, id = 7): Sequenced => ({
  producerId: producerId(id),
  producerEpoch,
  baseSequence,
  length,
});
const after = (...batches: readonly Sequenced[]): ProducerSessions => batches.reduce(withBatch, noSessions);

describe("what a log makes of a batch", () => {
  test("of a producer that it does not know, or that is not idempotent, anything is new", () => {
    expect(classify(noSessions, batch(41))).toBe("new");
    expect(classify(after(batch(0, 1, 0, -1)), batch(0, 1, 0, -1))).toBe("new");
    expect(after(batch(0, 1, 0, -1)).size).toBe(0);
  });

  test("the next sequence number is new, a gap and a step back are out of order", () => {
    const known = after(batch(0, 3), batch(3, 2));
    expect(classify(known, batch(5))).toBe("new");
    expect(classify(known, batch(6))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    expect(classify(known, batch(4))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
  });

  test("a batch is recognised by its first number and its length", () => {
    const known = after(batch(0, 3), batch(3, 2));
    expect(classify(known, batch(0, 3))).toBe("duplicate");
    expect(classify(known, batch(0, 2))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
  });

  test("the last five batches are recognised, the one before them is not", () => {
    const known = after(...[0, 1, 2, 3, 4, 5].map((sequence) => batch(sequence)));
    expect(classify(known, batch(1))).toBe("duplicate");
    expect(classify(known, batch(0))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
  });

  test("an old epoch is fenced, and a new one begins at zero", () => {
    const known = after(batch(0), batch(1, 1, 0), batch(0, 2, 3));
    expect(classify(known, batch(1, 1, 2))).toBe("INVALID_PRODUCER_EPOCH");
    expect(classify(known, batch(2, 1, 3))).toBe("new");
    expect(classify(known, batch(0, 1, 4))).toBe("new");
    expect(classify(known, batch(2, 1, 4))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
  });

  test("sequence numbers wrap around after 2147483647", () => {
    expect(classify(after(batch(2147483646, 2)), batch(0))).toBe("new");
    expect(classify(after(batch(2147483646, 3)), batch(1))).toBe("new");
  });

  test("producers are told apart", () => {
    const known = after(batch(0), batch(0, 4, 0, 8));
    expect([classify(known, batch(1)), classify(known, batch(4, 1, 0, 8)), classify(known, batch(9, 1, 0, 9))]).toEqual([
      "new",
      "new",
      "new",
    ]);
  });
});
