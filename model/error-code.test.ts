import { expect, test } from "vitest";
import { errorCode, errorName, isRetriable } from "./error-code.ts";
import type { ErrorName } from "./error-code.ts";

const names = Object.keys(errorCode) as ErrorName[];

test("codes and names belong together, one to one", () => {
  for (const name of names) expect(errorName(errorCode[name])).toBe(name);
  expect(new Set(Object.values(errorCode)).size).toBe(names.length);
});

test("codes are those of Kafka's protocol guide", () => {
  const {
    FENCED_LEADER_EPOCH,
    ILLEGAL_GENERATION,
    NONE,
    NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    NOT_LEADER_OR_FOLLOWER,
    UNKNOWN_MEMBER_ID,
  } = errorCode;
  expect([
    NONE,
    NOT_LEADER_OR_FOLLOWER,
    NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    ILLEGAL_GENERATION,
    UNKNOWN_MEMBER_ID,
    FENCED_LEADER_EPOCH,
  ]).toEqual([0, 6, 20, 22, 25, 74]);
});

test("what may pass by itself is worth another try, what may not is not", () => {
  for (const name of [
    "NOT_LEADER_OR_FOLLOWER",
    "REQUEST_TIMED_OUT",
    "NOT_ENOUGH_REPLICAS",
    "NOT_COORDINATOR",
    "DISCONNECTED",
  ] as const)
    expect(isRetriable(errorCode[name])).toBe(true);
  for (const name of [
    "NONE",
    "ILLEGAL_GENERATION",
    "UNKNOWN_MEMBER_ID",
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "INVALID_PRODUCER_EPOCH",
  ] as const)
    expect(isRetriable(errorCode[name])).toBe(false);
});
