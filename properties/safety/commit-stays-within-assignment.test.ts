import { expect, test } from "vitest";
import { assigned, commitRefused, commits, historyOf, killed, lost, revoked, told, verdictOn } from "../hand-made-history.ts";
import { commitStaysWithinAssignment } from "./commit-stays-within-assignment.ts";

test("it holds where members commit what they hold", () => {
  const history = historyOf(
    [assigned("c1/1", "orders-0"), commits("c1/1", 1, "orders-0@1"), revoked("c1/1", "orders-0")],
    [
      assigned("c1/2", "orders-1"),
      assigned("c2/2", "orders-0"),
      commits("c1/2", 2, "orders-1@1"),
      commits("c2/2", 1, "orders-0@2"),
    ],
  );
  expect(told(verdictOn(commitStaysWithinAssignment, history))).toBe("holds for 3");
});

test("a commit of another member's partition is a violation, accepted or not", () => {
  const history = historyOf(
    assigned("c1/1", "orders-0"),
    commits("c1/1", 1, "orders-0@1", "orders-1@7"),
    commitRefused("c1", 1),
  );
  expect(told(verdictOn(commitStaysWithinAssignment, history))).toEqual({
    violated: [["c1 committed orders-1 at 7 in generation 1, and does not hold that partition.", [0, 1]]],
  });
});

test.each([
  ["given back", revoked("c1/1", "orders-0")],
  ["lost", lost("c1/1", "orders-0")],
  ["killed with", killed("c1")],
])("a partition that was %s is not held any more", (_how, end) => {
  const history = historyOf(assigned("c1/1", "orders-0"), end, commits("c1/1", 1, "orders-0@1"));
  expect(told(verdictOn(commitStaysWithinAssignment, history))).toMatchObject({ violated: [[expect.any(String), [0, 2]]] });
});

test("a partition of the assignment before is not held either", () => {
  const history = historyOf(assigned("c1/1", "orders-0"), assigned("c1/2", "orders-1"), commits("c1/1", 1, "orders-0@1"));
  expect(told(verdictOn(commitStaysWithinAssignment, history))).toMatchObject({ violated: [[expect.any(String), [1, 2]]] });
});

test("a partition that is only going to be assigned is not held yet", () => {
  const history = historyOf(commits("c1/1", 1, "orders-0@1"), assigned("c1/1", "orders-0"));
  expect(told(verdictOn(commitStaysWithinAssignment, history))).toEqual({
    violated: [["c1 committed orders-0 at 1 in generation 1, and does not hold that partition.", [0]]],
  });
});

test("a client that was never assigned anything holds nothing", () => {
  expect(told(verdictOn(commitStaysWithinAssignment, historyOf(commits("ghost/1", 1, "orders-0@1"))))).toEqual({
    violated: [["ghost committed orders-0 at 1 in generation 1, and does not hold that partition.", [0]]],
  });
});

test("without commits there is nothing to judge", () => {
  expect(verdictOn(commitStaysWithinAssignment, historyOf(assigned("c1/1", "orders-0"))).kind).toBe("unknown");
});
