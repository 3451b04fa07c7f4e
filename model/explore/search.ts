/**
 * Breadth-first search of everything that the reference model can do within a scope. Each state is looked at once, and the
 * first state in which an invariant is broken is one that is reached in as few moves as possible.
 */

import type { Broken } from "../reference/invariants.ts";
import type { ActionCounts } from "./changes.ts";
import { checkFound } from "./checked.ts";
import { Codec } from "./codec.ts";
import { moved } from "./moved.ts";
import { eachMove } from "./moves.ts";
import type { Move, Search } from "./moves.ts";
import { guardsOf } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { Successors } from "./successors.ts";
import { Visited } from "./visited.ts";
import { firstWorld } from "./world.ts";
import type { World } from "./world.ts";

/** An invariant that does not hold, and how one gets there. */
export interface Violation {
  readonly invariant: string;
  readonly because: string;
  /** From the first state on, in as few moves as it takes. */
  readonly steps: readonly Move[];
}

export interface Progress {
  readonly distinctStates: number;
  readonly generatedStates: number;
  /** How many moves the farthest state is away from the first one. */
  readonly depth: number;
}

const checkEveryUnlessTold = 1024;

export class Exploration {
  private readonly search: Search;
  private readonly first: World;
  private readonly codec: Codec;
  private readonly visited: Visited;
  private readonly successors: Successors;
  private readonly checkEvery: number;
  private next = 0;
  private levelEnd = 1;
  private depth = 0;
  private generated = 1;
  private broken: { readonly state: number; readonly found: Broken } | undefined;

  /** Of one state in so many the model is asked once more what follows, whatever is remembered of it. */
  constructor(scope: Scope, checkEvery: number = checkEveryUnlessTold) {
    this.checkEvery = checkEvery;
    this.search = { scope, guards: guardsOf(scope) };
    this.first = firstWorld(scope);
    this.codec = new Codec(scope, this.first);
    this.visited = new Visited(this.codec.words);
    this.successors = new Successors(this.search, this.codec);
    this.visited.add(this.codec.encode(this.first), 0, 0);
    this.judge();
  }

  get progress(): Progress {
    return { distinctStates: this.visited.size, generatedStates: this.generated, depth: this.depth };
  }

  /** How often each action of the model was generated, and each of its refusals. */
  get actions(): ActionCounts {
    return this.successors.actions;
  }

  /** What the states that were found take, with what leads to them. */
  get bytesPerState(): number {
    return this.visited.bytes / this.visited.size;
  }

  /** What everything takes that only grows: the states, and what is remembered of the model. */
  get bytes(): number {
    return this.visited.bytes + this.successors.bytes + this.codec.bytes;
  }

  /** Whether everything has been seen, or an invariant was found broken. */
  get isDone(): boolean {
    return this.broken !== undefined || this.next >= this.visited.size;
  }

  /** Looks at what follows from at most so many more states. */
  run(statesMax: number): void {
    for (let count = 0; count < statesMax && !this.isDone; count++) this.expand();
  }

  /** The violation that was found, with the shortest way there. */
  violation(): Violation | undefined {
    if (this.broken === undefined) return undefined;
    const { found, state } = this.broken;
    return { invariant: found.invariant.id, because: found.because, steps: this.wayTo(state) };
  }

  private expand(): void {
    if (this.next === this.levelEnd) {
      this.depth++;
      this.levelEnd = this.visited.size;
    }
    const state = this.next++;
    const { successors, visited } = this;
    const count = successors.find(visited.chunkOf(state), visited.startOf(state));
    if (state % this.checkEvery === 0) this.check(state, count);
    for (let nth = 0; nth < count && this.broken === undefined; nth++) {
      this.generated++;
      if (visited.add(successors.found, nth * this.codec.words, state)) this.judge(nth);
    }
  }

  /** Asks the model itself what follows from a state. */
  private check(state: number, count: number): void {
    const { codec, search, successors, visited } = this;
    const world = codec.decode(visited.chunkOf(state), visited.startOf(state));
    checkFound(codec, search, world, { found: successors.found, count });
  }

  /** Judges the state that was added last: the nth of those that were found to follow, or the very first one. */
  private judge(nth?: number): void {
    const state = this.visited.size - 1;
    const found = this.successors.broken(this.visited.chunkOf(state), this.visited.startOf(state), nth);
    if (found !== undefined) this.broken = { state, found };
  }

  /** States are stored with their brokers renamed, so the way is walked once more with the names that they began with. */
  private wayTo(state: number): readonly Move[] {
    const way: number[] = [];
    for (let at = state; at !== 0; at = this.visited.parentOf(at)) way.push(at);
    const steps: Move[] = [];
    let world = this.first;
    for (const target of way.toReversed()) {
      const from = world;
      let found: { readonly move: Move; readonly world: World } | undefined;
      eachMove(from, this.search, (move) => {
        if (found !== undefined) return;
        const after = moved(from, move, this.search);
        if (after.kind === "refused" || !this.visited.isSame(target, this.codec.encode(after.world), 0)) return;
        found = { move, world: after.world };
      });
      if (found === undefined) throw new Error("a state that was found cannot be found again");
      steps.push(found.move);
      ({ world } = found);
    }
    return steps;
  }
}
