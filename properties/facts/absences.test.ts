import { expect, test } from "vitest";
import { topicPartition } from "../../model/ids.ts";
import { changed, down, factsOf, historyOf, phase } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { longestAbsenceMs } from "./absences.ts";

const isr = (...members: readonly number[]): Told => changed("orders-0", { leader: 1, epoch: 0, isr: members });
/** Events are a millisecond apart. */
const absenceIn = (...events: readonly Told[]): number =>
  longestAbsenceMs(factsOf(historyOf(...events)).cluster, topicPartition("orders", 0));

test("a replica is away from when it leaves the ISR until it is in it again", () => {
  expect(absenceIn(isr(1, 2, 3))).toBe(0);
  expect(absenceIn(isr(1, 2, 3), isr(1, 2), isr(1, 2, 3), isr(1, 3), isr(1), isr(1, 2))).toBe(2);
});

test("one that does not come back has not brought anything back", () => {
  expect(absenceIn(isr(1, 2, 3), isr(1, 2), isr(1))).toBe(0);
});

test("a replica whose broker goes down is away from then on, and misses a second more where power was lost", () => {
  const rest = [phase("heal"), isr(1, 2), isr(1, 2, 3)];
  expect(absenceIn(isr(1, 2, 3), down(3), ...rest)).toBe(3);
  expect(absenceIn(isr(1, 2, 3), down(2), ...rest)).toBe(1);
  expect(absenceIn(isr(1, 2, 3), down(3, "power-lost"), ...rest)).toBe(1003);
  // What it lost before it came back the last time it has fetched again.
  expect(absenceIn(down(3), isr(1, 2), isr(1, 2, 3), isr(1, 2), isr(1, 2, 3))).toBe(2);
});
