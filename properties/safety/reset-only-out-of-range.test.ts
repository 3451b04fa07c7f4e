import { expect, test } from "vitest";
import {
  assigned,
  begins,
  changed,
  delivered,
  historyOf,
  injected,
  logStartAdvanced,
  readBack,
  refusedFetch,
  revoked,
  rewound,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { resetOnlyOutOfRange } from "./reset-only-out-of-range.ts";

const log = readBack("orders-0", "s1", "s2", "s3");
const got = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@0"), delivered("c1/1", "orders-0@0", "s1")];

test("a member that has none may begin by its policy, and one that has a committed offset begins there", () => {
  const again = [revoked("c1/1", "orders-0"), assigned("c1/2", "orders-0"), begins("c1/2", "orders-0@1", "committed")];
  expect(told(verdictOn(resetOnlyOutOfRange, historyOf(got, again, log)))).toBe("holds for 2");
});

test.each([
  ["earliest", "orders-0@0", "0 (earliest)"],
  ["latest", "orders-0@3", "3 (latest)"],
] as const)("one that has come somewhere does not begin anew at the %s offset", (from, place, where) => {
  expect(told(verdictOn(resetOnlyOutOfRange, historyOf(got, begins("c1/1", place, from), log)))).toEqual({
    violated: [[`c1 had come to offset 1 of orders-0 and began anew at ${where}.`, [2, 3]]],
  });
});

test("nor does one that has been given nothing since it began with a committed offset", () => {
  const history = historyOf(
    [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@2", "committed"), begins("c1/1", "orders-0@0")],
    log,
  );
  expect(told(verdictOn(resetOnlyOutOfRange, history))).toEqual({
    violated: [["c1 had come to offset 2 of orders-0 and began anew at 0 (earliest).", [1, 2]]],
  });
});

test("where records were lost with permission, the position may be gone", () => {
  const elected = [
    changed("orders-0", { leader: 1, epoch: 0, isr: [1] }),
    changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
  ];
  const shape = { topic: { "unclean.leader.election.enable": true } };
  const verdict = verdictOn(resetOnlyOutOfRange, historyOf(elected, got, begins("c1/1", "orders-0@0"), log), shape);
  expect(verdict.kind).toBe("not-promised");
});

test("where records were deleted beyond the position, and only there", () => {
  const verdict = (before: string) => {
    const deleted = [injected("delete-records"), logStartAdvanced(1, `orders-0@${before}`)];
    return verdictOn(resetOnlyOutOfRange, historyOf(got, deleted, begins("c1/1", "orders-0@2"))).kind;
  };
  expect(verdict("2")).toBe("not-promised");
  expect(verdict("1")).toBe("violated");
});

test("a committed offset may be unknown to a leader that had been deposed, by its own word where brokers tell", () => {
  const outOfRange = (id: number): Told => refusedFetch(id, "orders-0@2", "OFFSET_OUT_OF_RANGE");
  const led = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] });
  const moved = changed("orders-0", { leader: 2, epoch: 1, isr: [1, 2] });
  const begun = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@2", "committed")];
  const kind = (...events: readonly Told[]): string =>
    verdictOn(resetOnlyOutOfRange, historyOf([injected("isolate-broker"), led, ...events], begins("c1/1", "orders-0@0"), log))
      .kind;
  expect(kind(moved, ...begun, outOfRange(1))).toBe("not-promised");
  expect(kind(moved, ...begun, outOfRange(2))).toBe("violated");
  expect(kind(...begun, outOfRange(1), moved)).toBe("violated");
  expect(kind(moved, ...begun)).toBe("violated");
});

test("where a leader may not know that it has been deposed, a committed offset may be unknown to it, and only a committed one", () => {
  const zombie = injected("isolate-broker");
  const committed = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@2", "committed"), begins("c1/1", "orders-0@0")];
  expect(told(verdictOn(resetOnlyOutOfRange, historyOf(zombie, committed, log)))).toMatchObject({
    "not-promised": [[expect.any(String), [2, 3], "committed offsets without a leader epoch"]],
  });
  const reset = historyOf(zombie, got, begins("c1/1", "orders-0@0"), log);
  expect(told(verdictOn(resetOnlyOutOfRange, reset))).toHaveProperty("violated");
});

test("a member that has given up what it had processed may have no committed offset to begin with", () => {
  const events = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@0"), delivered("c1/1", "orders-0@0", "s1")];
  const anew = begins("c1/1", "orders-0@0");
  expect(verdictOn(resetOnlyOutOfRange, historyOf([...events, rewound("c1/1", "orders-0"), anew])).kind).toBe("holds");
  expect(verdictOn(resetOnlyOutOfRange, historyOf([...events, anew])).kind).toBe("violated");
});
