import { expect, test } from "vitest";
import { producerId } from "../ids.ts";
import { classify, noSessions, withBatch } from "./producer-session.ts";
import type { ProducerSessions, Sequenced } from "./producer-session.ts";

const shop = producerId(7);
const batch = (producerEpoch: number, baseSequence: number): Sequenced => ({
  producerId: shop,
  producerEpoch,
  baseSequence,
  length: 1,
  isTransactional: true,
});
const marker = (producerEpoch: number, coordinatorEpoch = 0, transactionVersion: 0 | 2 = 0): Sequenced => ({
  ...batch(producerEpoch, -1),
  marker: { outcome: "commit", coordinatorEpoch, transactionVersion },
});
const after = (...batches: readonly Sequenced[]): ProducerSessions => {
  let sessions = noSessions;
  for (const each of batches) sessions = withBatch(sessions, each);
  return sessions;
};

test("a marker of the same epoch leaves the numbers as they are, and one of a later epoch begins them anew", () => {
  expect(classify(after(batch(0, 0), marker(0)), batch(0, 1))).toBe("new");
  expect(classify(after(batch(0, 0), marker(0)), batch(0, 0))).toBe("duplicate");
  expect(classify(after(batch(0, 0), marker(1)), batch(1, 0))).toBe("new");
  expect(classify(after(batch(0, 0), marker(1)), batch(1, 1))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
  expect(classify(after(batch(0, 0), marker(1)), batch(0, 1))).toBe("INVALID_PRODUCER_EPOCH");
});

test("a marker of the past is refused: of an earlier epoch, of a former coordinator, with version 2 of what is open", () => {
  expect(classify(after(batch(1, 0)), marker(0))).toBe("INVALID_PRODUCER_EPOCH");
  expect(classify(after(batch(0, 0), marker(0, 3)), marker(0, 2))).toBe("TRANSACTION_COORDINATOR_FENCED");
  expect(classify(after(batch(1, 0)), marker(1, 0, 2))).toBe("INVALID_PRODUCER_EPOCH");
  expect(classify(after(batch(1, 0)), marker(2, 0, 2))).toBe("new");
  expect(classify(after(batch(1, 0), marker(2, 0, 2)), marker(2, 0, 2))).toBe("new");
});

test("a producer of whom nothing is known may have its transaction ended", () => {
  expect(classify(noSessions, marker(4))).toBe("new");
});
