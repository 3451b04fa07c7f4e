import { expect, test } from "vitest";
import type { AssignmentStrategy } from "../../model/settings.ts";
import { historyOf, sharedOut, told, verdictOn } from "../hand-made-history.ts";
import { assignmentKeepsContract } from "./assignment-keeps-contract.ts";

type Members = Parameters<typeof sharedOut>[1];
const verdict = (strategy: AssignmentStrategy, members: Members): unknown =>
  told(verdictOn(assignmentKeepsContract, historyOf(sharedOut(strategy, members))));
const broken = (what: string): unknown => ({
  violated: [[`c1 shared out for generation 2 of billing: ${what}.`, [0]]],
});

test.each(["range", "roundrobin", "sticky", "cooperative-sticky"] as const)(
  "%s: one partition each is what it says",
  (strategy) => {
    expect(verdict(strategy, { c1: ["", "orders-0"], c2: ["", "orders-1"] })).toBe("holds for 1");
  },
);

test("a partition is for somebody, and for one only, who wants it", () => {
  const shares: readonly (readonly [Members, string])[] = [
    [{ c1: ["", "orders-0"], c2: ["", ""] }, "orders-1 goes to nobody"],
    [{ c1: ["", "orders-0 orders-1"], c2: ["", "orders-1"] }, "orders-1 goes to two members"],
    [{ c1: ["", "orders-0 orders-1"], c2: ["", "bills-0"] }, "bills-0 goes to c2, which does not want it"],
  ];
  for (const [members, what] of shares) expect(verdict("sticky", members)).toEqual(broken(what));
});

test("range and roundrobin have no choice", () => {
  const turned: Members = { c1: ["", "orders-1"], c2: ["", "orders-0"] };
  expect(verdict("range", turned)).toEqual(broken("range gives c1 orders-0"));
  expect(verdict("roundrobin", turned)).toEqual(broken("roundrobin gives c1 orders-0"));
  expect(verdict("sticky", turned)).toBe("holds for 1");
});

test("sticky is even first, and then leaves with each what it had", () => {
  const all: Members = { c1: ["1 orders-0 orders-1", "orders-0 orders-1"], c2: ["", ""] };
  expect(verdict("sticky", all)).toEqual(broken("c1 has 2 partitions and c2 0"));
  const swapped: Members = { c1: ["1 orders-0", "orders-1"], c2: ["1 orders-1", "orders-0"] };
  expect(verdict("sticky", swapped)).toEqual(broken("members keep 0 of their partitions, and could keep 2"));
  const stale: Members = { c1: ["1 orders-0", "orders-1"], c2: ["2 orders-0", "orders-0"] };
  expect(verdict("sticky", stale)).toBe("holds for 1");
});

test("cooperative-sticky keeps back what another still holds, and gives it to nobody else", () => {
  const holding: Members = { c1: ["1 orders-0 orders-1", "orders-0"], c2: ["", ""] };
  expect(verdict("cooperative-sticky", holding)).toBe("holds for 1");
  const atOnce: Members = { c1: ["1 orders-0 orders-1", "orders-0"], c2: ["", "orders-1"] };
  expect(verdict("cooperative-sticky", atOnce)).toEqual(broken("orders-1 goes to c2 while c1 still holds it"));
  expect(verdict("sticky", atOnce)).toBe("holds for 1");
  const forNobody: Members = { c1: ["1 orders-0", "orders-0"], c2: ["", ""] };
  expect(verdict("cooperative-sticky", forNobody)).toEqual(broken("orders-1 goes to nobody"));
});

test("a trial in which nobody shares anything out says nothing", () => {
  expect(told(verdictOn(assignmentKeepsContract, historyOf()))).toBe("unknown");
});
