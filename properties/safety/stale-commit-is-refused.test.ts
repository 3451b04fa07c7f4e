import { expect, test } from "vitest";
import {
  assigned,
  changed,
  commitAcked,
  commitRefused,
  commits,
  commitUnclear,
  down,
  historyOf,
  started,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { staleCommitIsRefused } from "./stale-commit-is-refused.ts";

const moved = [assigned("c1/1", "orders-0"), assigned("c2/2", "orders-0")];
const late = [...moved, commits("c1/1", 1, "orders-0@3", "orders-1@4"), commitAcked("c1", 1)];

test("it holds where commits are of the newest generation that members have", () => {
  const history = historyOf(
    moved,
    commits("c2/2", 1, "orders-0@3"),
    commitAcked("c2", 1),
    commits("c1/3", 1, "orders-0@4"),
    commitAcked("c1", 1),
  );
  expect(told(verdictOn(staleCommitIsRefused, history))).toBe("holds for 2");
});

test("an accepted commit of a generation that is over is a violation", () => {
  const what =
    "c1 committed orders-0 at 3, orders-1 at 4 in generation 1, when billing was in generation 2, and it was accepted.";
  expect(told(verdictOn(staleCommitIsRefused, historyOf(late)))).toEqual({ violated: [[what, [1, 2, 3]]] });
});

test("a commit that was begun before the new generation may be accepted after it began", () => {
  const history = historyOf(
    assigned("c1/1", "orders-0"),
    commits("c1/1", 1, "orders-0@3"),
    assigned("c2/2", "orders-0"),
    commitAcked("c1", 1),
  );
  expect(told(verdictOn(staleCommitIsRefused, history))).toBe("holds for 1");
});

test("commits that were refused, are unclear or open, or came before any assignment say nothing", () => {
  const history = historyOf(
    [commits("c1/1", 1, "orders-0@1"), commitAcked("c1", 1), ...moved],
    [commits("c1/1", 2, "orders-0@3"), commitRefused("c1", 2), commits("c1/1", 3, "orders-0@3"), commitUnclear("c1", 3)],
    [commits("c1/1", 4, "orders-0@3"), commitAcked("c1", 99)],
  );
  expect(verdictOn(staleCommitIsRefused, history).kind).toBe("unknown");
});

test("a power loss of all in-sync replicas of the coordinators' log takes the promise back", () => {
  const power = [changed("__consumer_offsets-0", { leader: 1, epoch: 0, isr: [1] }), down(1, "power-lost")];
  expect(told(verdictOn(staleCommitIsRefused, historyOf(power, late)))).toMatchObject({
    "not-promised": [[expect.any(String), [3, 4, 5], "min.insync.replicas=2"]],
  });
});

test("a commit of nothing is judged like any other", () => {
  const history = historyOf(moved, commits("c1/1", 1), commitAcked("c1", 1));
  expect(verdictOn(staleCommitIsRefused, history).kind).toBe("violated");
});

test("a static member that another process has replaced commits nothing more, in whatever generation", () => {
  const twins = { group: { instances: { c1: "desk", c2: "desk" } } };
  const former = [started("c1"), assigned("c1/1", "orders-0"), started("c2"), assigned("c2/1", "orders-0")];
  const accepted = [commits("c1/1", 1, "orders-0@3"), commitAcked("c1", 1)];
  expect(told(verdictOn(staleCommitIsRefused, historyOf(former, accepted), twins))).toEqual({
    violated: [["c1 committed orders-0 at 3 in generation 1, when c2-id of c2 had its place, and it was accepted.", [3, 4, 5]]],
  });
  const holder = [commits("c2/1", 1, "orders-0@3"), commitAcked("c2", 1)];
  expect(told(verdictOn(staleCommitIsRefused, historyOf(former, holder), twins))).toBe("holds for 1");
  const late = [started("c2"), started("c1"), assigned("c2/1", "orders-0"), assigned("c1/1", "orders-0"), holder];
  expect(told(verdictOn(staleCommitIsRefused, historyOf(...late), twins))).toBe("holds for 1");
});
