import { expect, test } from "vitest";
import {
  assigned,
  begins,
  commitAcked,
  commitRefused,
  commits,
  commitUnclear,
  delivered,
  goesOn,
  historyOf,
  revoked,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { commitsGoForward } from "./commits-go-forward.ts";

const begun = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@4", "committed")];
const commit = (count: number, at: number) => [commits("c1/1", count, `orders-0@${at}`), commitAcked("c1", count)];
const verdict = (...history: readonly (Told | readonly Told[])[]): unknown =>
  told(verdictOn(commitsGoForward, historyOf(...history)));

test("it holds where each commit is at or above the one before, and where the first is not below the beginning", () => {
  expect(verdict(begun, commit(1, 4), commit(2, 6), commit(3, 6))).toBe("holds for 3");
});

test("a commit below where the member began is a violation", () => {
  expect(verdict(begun, commit(1, 3))).toEqual({
    violated: [["c1 committed orders-0 at 3, although it had come to 4 before.", [1, 2, 3]]],
  });
});

test("so is one that is accepted after a later one: what counts is in which order they are", () => {
  const overtaken = [
    commits("c1/1", 1, "orders-0@5"),
    commits("c1/1", 2, "orders-0@7"),
    commitAcked("c1", 2),
    commitAcked("c1", 1),
  ];
  expect(verdict(begun, overtaken)).toEqual({
    violated: [["c1 committed orders-0 at 5, although it had come to 7 before.", [2, 4, 5]]],
  });
});

test("whoever kept the partition begins nowhere anew, and is held to what it commits from then on", () => {
  const kept = [delivered("c1/1", "orders-0@5", "s6"), goesOn("c1/2", ["orders-0"], "orders-0")];
  expect(verdict(begun, kept, commit(1, 5), commit(2, 6))).toBe("holds for 2");
  expect(verdictOn(commitsGoForward, historyOf(begun, kept, commit(1, 6), commit(2, 5))).kind).toBe("violated");
});

test("whom the reset policy has sent back may go back, and whom it has sent ahead may have a record in hand of before", () => {
  expect(verdict(begun, begins("c1/1", "orders-0@0"), commit(1, 1))).toBe("holds for 1");
  expect(verdict(begun, begins("c1/1", "orders-0@9"), commit(1, 5))).toBe("holds for 1");
  const keptAhead = [begins("c1/1", "orders-0@9"), goesOn("c1/2", ["orders-0"], "orders-0")];
  expect(verdict(begun, keptAhead, commit(1, 5))).toBe("holds for 1");
  const keptAtBegin = goesOn("c1/2", ["orders-0"], "orders-0");
  expect(verdictOn(commitsGoForward, historyOf(begun, keptAtBegin, commit(1, 3))).kind).toBe("violated");
});

test("nor does what is in hand of a partition that it kept, when it is sent ahead", () => {
  const kept = [
    assigned("c1/1", "orders-0"),
    begins("c1/1", "orders-0@0", "earliest"),
    goesOn("c1/2", ["orders-0"], "orders-0"),
  ];
  const inHand = [commits("c1/2", 1, "orders-0@1"), commitAcked("c1", 1)];
  expect(verdict(kept, delivered("c1/2", "orders-0@0", "s1"), begins("c1/2", "orders-0@2", "earliest"), inHand)).toBe(
    "holds for 1",
  );
});

test("what it commits of before, when it has been sent back already, does not count against what it is given then", () => {
  const [inHand, again] = [delivered("c1/1", "orders-0@8", "s9"), delivered("c1/1", "orders-0@0", "s1")];
  const sentBack = [...begun, inHand, begins("c1/1", "orders-0@0")];
  expect(verdict(sentBack, commit(1, 9), again, commit(2, 1))).toBe("holds for 2");
  expect(verdictOn(commitsGoForward, historyOf(sentBack, again, commit(1, 9), commit(2, 1))).kind).toBe("violated");
});

test("what was refused, is unclear, or came when the partition was given back, says nothing", () => {
  const nothing = [
    [commits("c1/1", 1, "orders-0@1"), commitRefused("c1", 1)],
    [commits("c1/1", 2, "orders-0@1"), commitUnclear("c1", 2)],
    [commits("c1/1", 3, "orders-0@1"), revoked("c1/1", "orders-0"), commitAcked("c1", 3)],
  ].flat();
  expect(verdict(begun, nothing)).toBe("unknown");
});
