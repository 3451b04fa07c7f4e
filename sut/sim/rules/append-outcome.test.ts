import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { isDefiniteFailure } from "./append-outcome.ts";

test("what a broker refuses before it appends has certainly failed", () => {
  expect(isDefiniteFailure(errorCode.NOT_ENOUGH_REPLICAS)).toBe(true);
  expect(isDefiniteFailure(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)).toBe(true);
});

test("an answer that never came, and one that came after appending, leave it open", () => {
  expect(isDefiniteFailure(errorCode.DISCONNECTED)).toBe(false);
  expect(isDefiniteFailure(errorCode.REQUEST_TIMED_OUT)).toBe(false);
  expect(isDefiniteFailure(errorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND)).toBe(false);
});
