import { expect, test } from "vitest";
import { Decoder } from "./decoder.ts";
import { Encoder } from "./encoder.ts";
import { eachMove } from "./moves.ts";
import type { Search } from "./moves.ts";
import { guardsOf, smallScope } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { moved } from "./search.ts";
import { firstWorld } from "./world.ts";
import type { World } from "./world.ts";

const scope: Scope = { ...smallScope, crashes: 1, powerLosses: 1, elr: true, lateFetches: true, deposedController: true };
const search: Search = { scope, guards: guardsOf(scope) };
const encoder = new Encoder(scope);
const encoded = (world: World): string => encoder.encode(world).join(" ");

/** The worlds that are up to so many moves away from the first, some of each level. */
function worldsNear(first: World, depth: number): readonly World[] {
  let level: readonly World[] = [first];
  const all: World[] = [first];
  for (let at = 0; at < depth; at++) {
    const next = new Map<string, World>();
    for (const world of level) {
      eachMove(world, search, (move) => {
        const after = moved(world, move, search);
        if (after !== undefined) next.set(encoded(after), after);
      });
    }
    level = [...next.values()].filter((_, nth) => nth % 3 === 0);
    all.push(...level);
  }
  return all;
}

const first = firstWorld(scope);
const worlds = worldsNear(first, 6);

test("a world that is read from its words has the same words", () => {
  const decoder = new Decoder(scope, first);
  expect(worlds.length).toBeGreaterThan(100);
  for (const world of worlds) {
    const words = Uint32Array.from(encoder.encode(world));
    expect(encoded(decoder.decode(words, 0))).toBe(words.join(" "));
  }
});

test("what can happen next in a world that was read is what could happen in the one that was written", () => {
  const decoder = new Decoder(scope, first);
  const nextOf = (world: World): readonly string[] => {
    const next = new Set<string>();
    eachMove(world, search, (move) => {
      const after = moved(world, move, search);
      if (after !== undefined) next.add(encoded(after));
    });
    return [...next].toSorted();
  };
  for (const world of worlds) {
    const words = Uint32Array.from(encoder.encode(world));
    expect(nextOf(decoder.decode(words, 0))).toEqual(nextOf(world));
  }
});

test("brokers that have changed places make no other world", () => {
  const both = new Map<number, string>();
  for (const follower of [2, 3]) {
    eachMove(first, search, (move) => {
      const [action] = move.actions;
      if (action?.kind !== "elect-clean" || action.leader !== follower || move.actions.length > 1) return;
      both.set(follower, encoded(moved(first, move, search)!));
    });
  }
  expect(both.size).toBe(2);
  expect(both.get(2)).toBe(both.get(3));
});
