import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { checkMarker } from "./transaction-marker.ts";
import type { MarkerQuestion } from "./transaction-marker.ts";

const check = (how: Partial<MarkerQuestion>): number =>
  checkMarker({
    producerEpoch: 3,
    knownProducerEpoch: 3,
    coordinatorEpoch: 1,
    knownCoordinatorEpoch: 1,
    version: 0,
    isOpen: true,
    ...how,
  });

test("a marker of the producer's epoch ends its transaction, with version 2 one of a later epoch", () => {
  expect(check({})).toBe(errorCode.NONE);
  expect(check({ version: 2, producerEpoch: 4 })).toBe(errorCode.NONE);
});

test("a marker of an earlier epoch is of the past, with version 2 also one of the epoch of what is open", () => {
  expect(check({ producerEpoch: 2 })).toBe(errorCode.INVALID_PRODUCER_EPOCH);
  expect(check({ version: 2 })).toBe(errorCode.INVALID_PRODUCER_EPOCH);
  expect(check({ version: 2, isOpen: false })).toBe(errorCode.NONE);
});

test("a marker of a coordinator that has been replaced is refused", () => {
  expect(check({ coordinatorEpoch: 0 })).toBe(errorCode.TRANSACTION_COORDINATOR_FENCED);
});
