import { expect, test } from "vitest";
import { described, groupAtEnd, historyOf, phase, send, told, verdictOn } from "../hand-made-history.ts";
import { groupSettles } from "./group-settles.ts";

const verdict = (...groups: readonly ReturnType<typeof groupAtEnd>[]) =>
  verdictOn(groupSettles, historyOf(send("s1"), described({ groups }), phase("end")));

test("it holds for a stable group of those that run, and for an empty one that nobody is in", () => {
  const empty = groupAtEnd({ group: "audit", state: "Empty", running: [], members: [] });
  expect(told(verdict(groupAtEnd({ running: ["c1", "c2"], members: ["c2", "c1"] }), empty))).toBe("holds for 2");
});

test("a group that still rebalances has not settled", () => {
  expect(told(verdict(groupAtEnd({ state: "PreparingRebalance" })))).toEqual({
    violated: [["billing is PreparingRebalance with members c1, while c1 run.", [2]]],
  });
});

test("a group with a ghost or without somebody that runs has not settled", () => {
  expect(told(verdict(groupAtEnd({ members: ["c1", "ghost"] })))).toEqual({
    violated: [["billing is Stable with members c1, ghost, while c1 run.", [2]]],
  });
  expect(told(verdict(groupAtEnd({ running: ["c1", "c2"], members: [] })))).toEqual({
    violated: [["billing is Stable with members none, while c1, c2 run.", [2]]],
  });
  expect(verdict(groupAtEnd({ running: ["c1", "c2"], members: ["c1", "c1"] })).kind).toBe("violated");
});

test("a group that nobody runs in is empty, and one that somebody runs in is not", () => {
  expect(verdict(groupAtEnd({ state: "Stable", running: [], members: [] })).kind).toBe("violated");
  expect(verdict(groupAtEnd({ state: "Empty" })).kind).toBe("violated");
});

test("a trial that did not come to its end says nothing", () => {
  expect(verdictOn(groupSettles, historyOf(send("s1"))).kind).toBe("unknown");
  expect(verdictOn(groupSettles, []).kind).toBe("unknown");
});
