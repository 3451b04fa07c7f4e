/**
 * The worlds that follow from a world, by the actions of the reference model.
 *
 * The model is asked once for each situation that it can tell from others: what it has looked at is noted, and where all of that
 * is the same again, so is what follows. Nothing is assumed about what the model looks at.
 */

import { firstBroken } from "../reference/invariants.ts";
import type { Broken } from "../reference/invariants.ts";
import { flagMask } from "./codec.ts";
import type { Codec } from "./codec.ts";
import { flagsOf } from "./broker-parts.ts";
import { flagBits, presentEpoch, presentProcess } from "./layout.ts";
import { Question } from "./memory.ts";
import { moved } from "./moved.ts";
import { moveGroups } from "./moves.ts";
import type { MoveGroup, Search } from "./moves.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";
import { WatchedWorld } from "./watched-world.ts";

/** What becomes of the parts of a world. */
interface Change {
  readonly head: number;
  /** Whether another partition epoch is the present one now. */
  readonly isPartitionAged: boolean;
  /** The broker of which another process is the present one now; 0 for none. */
  readonly process: number;
  readonly copies: readonly PartChange[];
  readonly standings: readonly PartChange[];
  readonly terms: readonly PartChange[];
}

interface PartChange {
  readonly at: number;
  readonly to: number;
}

interface Head {
  readonly moves: readonly Question<readonly Change[]>[];
  readonly invariants: Question<Broken | "holds">;
}

/** More situations than this are not remembered at a time: then all of them are forgotten. */
const questionsMax = 4_000_000;

export class Successors {
  private readonly search: Search;
  private readonly codec: Codec;
  private readonly groups: readonly MoveGroup[];
  /** The world whose successors are asked for, and one of them that is judged. */
  private readonly watched: WatchedWorld;
  private readonly judged: WatchedWorld;
  private readonly after: Uint32Array;
  private heads = new Map<number, Head>();
  private questions = 0;

  constructor(search: Search, codec: Codec) {
    this.search = search;
    this.codec = codec;
    this.groups = moveGroups(search.scope.brokers);
    this.watched = new WatchedWorld(codec);
    this.judged = new WatchedWorld(codec);
    this.after = new Uint32Array(codec.words);
  }

  /** Calls `take` with the words of each world that follows from one. They are good until it returns. */
  each(words: Uint32Array, from: number, take: (after: Uint32Array) => void): void {
    const { watched } = this;
    watched.begin(words, from);
    const head = this.headOf(words, from);
    for (let at = 0; at < this.groups.length; at++) {
      const question = head.moves[at]!;
      const changes = question.recall(watched) ?? this.ask(words[from]!, this.groups[at]!, question);
      for (const change of changes) take(this.codec.settle(this.changed(words, from, change)));
    }
  }

  /** The first invariant that does not hold in a world. */
  broken(words: Uint32Array, from: number): Broken | undefined {
    const { judged } = this;
    judged.begin(words, from);
    const { invariants } = this.headOf(words, from);
    let found = invariants.recall(judged);
    if (found === undefined) {
      found = firstBroken(judged.world(words[from]!).cluster, thePartition) ?? "holds";
      this.questions += invariants.remember(judged, judged.looks(), found);
    }
    return found === "holds" ? undefined : found;
  }

  /** What is known of worlds with this head and with terms of just these epochs. */
  private headOf(words: Uint32Array, from: number): Head {
    const { noTerm, termsMax } = this.codec;
    let key = words[from]!;
    for (let epoch = 0; epoch < termsMax; epoch++) key = key * 2 + (words[from + 1 + epoch] === noTerm[epoch] ? 0 : 1);
    const known = this.heads.get(key);
    if (known !== undefined) return known;
    if (this.questions > questionsMax) {
      this.heads = new Map();
      this.questions = 0;
    }
    const head: Head = { moves: this.groups.map(() => new Question()), invariants: new Question() };
    this.heads.set(key, head);
    return head;
  }

  /** Has the model take its steps, and remembers what came of them. */
  private ask(head: number, group: MoveGroup, question: Question<readonly Change[]>): readonly Change[] {
    const { watched } = this;
    const world = watched.world(head);
    const changes: Change[] = [];
    group(world, this.search, (move) => {
      const after = moved(world, move, this.search);
      if (after.kind === "moved") changes.push(this.changeTo(world, after.world));
    });
    this.questions += question.remember(watched, watched.looks(), changes);
    return changes;
  }

  /** What is another one in a world after a move. All that it is made of counts as looked at. */
  private changeTo(before: World, after: World): Change {
    const { codec, watched } = this;
    const { brokers: count } = codec;
    const was = partitionOf(before);
    const is = partitionOf(after);
    const { brokers } = after.cluster;
    const present = { partitionEpoch: is.partitionEpoch, brokers };
    const copies: PartChange[] = [];
    const standings: PartChange[] = [];
    const terms: PartChange[] = [];
    let process = 0;
    for (let id = 1; id <= count; id++) {
      const standing = brokers[id]!;
      if (standing !== before.cluster.brokers[id]) {
        watched.readAll(count + id - 1);
        standings.push({ at: id - 1, to: flagsOf(standing) });
        if (standing.brokerEpoch !== presentProcess) process = id;
      }
      if (is.copies[id] === was.copies[id]) continue;
      watched.readAll(id - 1);
      copies.push({ at: id - 1, to: codec.copyOf(is.copies[id]!, present) });
    }
    for (let epoch = 0; epoch <= is.leaderEpoch; epoch++) {
      if (is.terms[epoch] === was.terms[epoch]) continue;
      watched.readAll(2 * count + epoch);
      terms.push({ at: epoch, to: codec.termOf(epoch, is.terms[epoch], is.partitionEpoch) });
    }
    const isPartitionAged = is.partitionEpoch !== presentEpoch;
    return { head: codec.headOf(after, present), isPartitionAged, process, copies, standings, terms };
  }

  private changed(words: Uint32Array, from: number, change: Change): Uint32Array {
    const { after, codec } = this;
    const { isPartitionAged, process } = change;
    const firstBroker = 1 + codec.termsMax;
    after[0] = change.head;
    for (let at = 1; at < after.length; at++) after[at] = words[from + at]!;
    if (isPartitionAged || process > 0) this.age(isPartitionAged, process);
    for (const { at, to } of change.terms) after[1 + at] = to;
    for (const { at, to } of change.copies) after[firstBroker + at] = (to << flagBits) | (after[firstBroker + at]! & flagMask);
    for (const { at, to } of change.standings) after[firstBroker + at] = (after[firstBroker + at]! & ~flagMask) | to;
    return after;
  }

  private age(isPartitionAged: boolean, process: number): void {
    const { after, codec } = this;
    const { copies, terms, termsMax } = codec;
    if (isPartitionAged) {
      for (let at = 1; at <= termsMax; at++) after[at] = terms.aged(after[at]!, 0, (id) => codec.agedTerm(id));
    }
    const age = (isPartitionAged ? 1 : 0) + 2 * process;
    for (let at = 1 + termsMax; at < after.length; at++) {
      const word = after[at]!;
      const aged = copies.aged(word >>> flagBits, age, (id) => codec.agedCopy(id, isPartitionAged, process));
      after[at] = (aged << flagBits) | (word & flagMask);
    }
  }
}
