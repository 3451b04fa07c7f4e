import { expect, test } from "vitest";
import { Codec } from "./codec.ts";
import { moved } from "./moved.ts";
import { eachMove } from "./moves.ts";
import type { Search } from "./moves.ts";
import { guardsOf, smallScope } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { Successors } from "./successors.ts";
import { firstWorld } from "./world.ts";
import type { World } from "./world.ts";

const scope: Scope = { ...smallScope, crashes: 1, powerLosses: 1, elr: true, lateFetches: true, deposedController: true };
const search: Search = { scope, guards: guardsOf(scope) };
const first = firstWorld(scope);
const codec = new Codec(scope, first);
const encoded = (world: World): string => codec.encode(world).join(" ");

/** The words of every world that follows, each as often as there is a way there. */
function nextOf(world: World): readonly string[] {
  const next: string[] = [];
  eachMove(world, search, (move) => {
    const after = moved(world, move, search);
    if (after.kind === "moved") next.push(encoded(after.world));
  });
  return next.toSorted();
}

/** The worlds that are up to so many moves away from the first, some of each level. */
function worldsNear(first: World, depth: number): readonly World[] {
  let level: readonly World[] = [first];
  const all: World[] = [first];
  for (let at = 0; at < depth; at++) {
    const next = new Map<string, World>();
    for (const world of level) {
      eachMove(world, search, (move) => {
        const after = moved(world, move, search);
        if (after.kind === "moved") next.set(encoded(after.world), after.world);
      });
    }
    level = [...next.values()].filter((_, nth) => nth % 3 === 0);
    all.push(...level);
  }
  return all;
}

const worlds = worldsNear(first, 6);

test("a world that is read from its words has the same words", () => {
  expect(worlds.length).toBeGreaterThan(100);
  for (const world of worlds) {
    const words = Uint32Array.from(codec.encode(world));
    expect(encoded(codec.decode(words, 0))).toBe(words.join(" "));
  }
});

test("what can happen next in a world that was read is what could happen in the one that was written", () => {
  for (const world of worlds) {
    const words = Uint32Array.from(codec.encode(world));
    expect(nextOf(codec.decode(words, 0))).toEqual(nextOf(world));
  }
});

test("what is remembered to follow from a world is what the model makes of it", () => {
  const successors = new Successors(search, codec);
  const remembered = (words: Uint32Array): readonly string[] => {
    const count = successors.find(words, 0);
    const at = (nth: number): Uint32Array => successors.found.subarray(nth * codec.words, (nth + 1) * codec.words);
    return Array.from({ length: count }, (_, nth) => at(nth).join(" ")).toSorted();
  };
  // The second time around, everything is remembered.
  for (const _ of [1, 2]) {
    for (const world of worlds) {
      const words = Uint32Array.from(codec.encode(world));
      expect(remembered(words)).toEqual(nextOf(world));
    }
  }
});

test("brokers that have changed places make no other world", () => {
  const both = new Map<number, string>();
  for (const follower of [2, 3]) {
    eachMove(first, search, (move) => {
      const [action] = move.actions;
      if (action?.kind !== "elect-clean" || action.leader !== follower || move.actions.length > 1) return;
      const after = moved(first, move, search);
      if (after.kind === "moved") both.set(follower, encoded(after.world));
    });
  }
  expect(both.size).toBe(2);
  expect(both.get(2)).toBe(both.get(3));
});
