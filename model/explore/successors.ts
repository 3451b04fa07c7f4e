/**
 * The worlds that follow from a world, by the actions of the reference model.
 *
 * The model is asked once for each situation that it can tell from others: what it has looked at is noted, and where all of that
 * is the same again, so is what follows. Nothing is assumed about what the model looks at.
 */

import { firstBroken } from "../reference/invariants.ts";
import type { Broken } from "../reference/invariants.ts";
import { flagsOf } from "./broker-parts.ts";
import { Changes } from "./changes.ts";
import type { ActionCounts, Change, Said, WordChange } from "./changes.ts";
import { flagMask } from "./codec.ts";
import type { Codec } from "./codec.ts";
import { flagBits, presentEpoch, presentProcess } from "./layout.ts";
import { Memory } from "./memory.ts";
import { moved } from "./moved.ts";
import { moveGroups } from "./moves.ts";
import type { MoveGroup, Search } from "./moves.ts";
import { packUsed, usedBits, usedMask } from "./proposal-parts.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";
import { WatchedWorld } from "./watched-world.ts";

export class Successors {
  private readonly search: Search;
  private readonly codec: Codec;
  private readonly groups: readonly MoveGroup[];
  /** The world whose successors are asked for, and one of them that is judged. */
  private readonly watched: WatchedWorld;
  private readonly judged: WatchedWorld;
  private readonly after: Uint32Array;
  private readonly heads = new Map<number, readonly number[]>();
  private readonly memory = new Memory();
  private readonly changes = new Changes();
  private readonly foundBroken: Broken[] = [];

  constructor(search: Search, codec: Codec) {
    this.search = search;
    this.codec = codec;
    this.groups = moveGroups(search.scope.brokers);
    this.watched = new WatchedWorld(codec);
    this.judged = new WatchedWorld(codec);
    this.after = new Uint32Array(codec.words);
  }

  /** How often each action was generated, and each refusal. */
  get actions(): ActionCounts {
    return this.changes.actions;
  }

  /** Calls `take` with the words of each world that follows from one. They are good until it returns. */
  each(words: Uint32Array, from: number, take: (after: Uint32Array) => void): void {
    const { watched } = this;
    watched.begin(words, from);
    const questions = this.questionsOf(words, from);
    for (let nth = 0; nth < this.groups.length; nth++) {
      const question = questions[nth]!;
      let found = this.memory.recall(question, watched.values);
      if (found < 0) found = this.ask(words[from]!, this.groups[nth]!, question);
      const { numbers } = this.changes;
      numbers[found]!++;
      let at = found + 2;
      for (let count = numbers[found + 1]!; count > 0; count--) {
        const end = at + 3 + 3 * numbers[at + 2]!;
        take(this.codec.settle(this.changed(words, from, at)));
        at = end;
      }
    }
  }

  /** The first invariant that does not hold in a world. */
  broken(words: Uint32Array, from: number): Broken | undefined {
    const { judged } = this;
    judged.begin(words, from);
    const question = this.questionsOf(words, from)[this.groups.length]!;
    let found = this.memory.recall(question, judged.values);
    if (found < 0) {
      const broken = firstBroken(judged.world(words[from]!).cluster, thePartition);
      found = broken === undefined ? 0 : this.foundBroken.push(broken);
      this.memory.remember(question, judged.values, judged.looks(), found);
    }
    return found === 0 ? undefined : this.foundBroken[found - 1];
  }

  /** The first question of each group, and of the invariants, in worlds with this head and with terms of just these epochs. */
  private questionsOf(words: Uint32Array, from: number): readonly number[] {
    const { noTerm, termsMax } = this.codec;
    let key = words[from]!;
    for (let epoch = 0; epoch < termsMax; epoch++) key = key * 2 + (words[from + 2 + epoch] === noTerm[epoch] ? 0 : 1);
    const known = this.heads.get(key);
    if (known !== undefined) return known;
    const questions = Array.from({ length: this.groups.length + 1 }, () => this.memory.question());
    this.heads.set(key, questions);
    return questions;
  }

  /** Has the model take its steps, and remembers what came of them. */
  private ask(head: number, group: MoveGroup, question: number): number {
    const { watched } = this;
    const world = watched.world(head);
    const changes: Change[] = [];
    const said: Said[] = [];
    group(world, this.search, (move) => {
      const after = moved(world, move, this.search, (one) => said.push(one));
      if (after.kind === "moved") changes.push(this.changeTo(world, after.world));
    });
    const found = this.changes.add(changes, said);
    this.memory.remember(question, watched.values, watched.looks(), found);
    return found;
  }

  /** What is another one in a world after a move. All that it is made of counts as looked at. */
  private changeTo(before: World, after: World): Change {
    const { codec, watched } = this;
    const { brokers: count, termsMax } = codec;
    const was = partitionOf(before);
    const is = partitionOf(after);
    const { brokers } = after.cluster;
    const present = { partitionEpoch: is.partitionEpoch, brokers };
    const words: WordChange[] = [];
    let process = 0;
    for (let id = 1; id <= count; id++) {
      const at = 1 + termsMax + id;
      const standing = brokers[id]!;
      if (standing !== before.cluster.brokers[id]) {
        watched.readAll(count + id - 1);
        words.push({ at, keeps: ~flagMask, to: flagsOf(standing) });
        if (standing.brokerEpoch !== presentProcess) process = id;
      }
      if (is.copies[id] === was.copies[id]) continue;
      watched.readAll(id - 1);
      words.push({ at, keeps: flagMask, to: codec.copyOf(is.copies[id]!, present) << flagBits });
    }
    for (let epoch = 0; epoch <= is.leaderEpoch; epoch++) {
      if (is.terms[epoch] === was.terms[epoch]) continue;
      watched.readAll(2 * count + epoch);
      words.push({ at: 2 + epoch, keeps: 0, to: codec.termOf(epoch, is.terms[epoch], is.partitionEpoch) });
    }
    if (after.used !== before.used) words.push({ at: 1, keeps: ~usedMask, to: packUsed(after.used) });
    if (is.proposals !== was.proposals) {
      words.push({ at: 1, keeps: usedMask, to: codec.proposalsOf(is, present) << usedBits });
    }
    const age = (is.partitionEpoch === presentEpoch ? 0 : 1) + 2 * process;
    return { head: codec.headOf(after, present), age, words };
  }

  private changed(words: Uint32Array, from: number, begin: number): Uint32Array {
    const { after } = this;
    const { numbers } = this.changes;
    after[0] = numbers[begin]!;
    for (let at = 1; at < after.length; at++) after[at] = words[from + at]!;
    if (numbers[begin + 1]! > 0) this.age(numbers[begin + 1]!);
    const end = begin + 3 + 3 * numbers[begin + 2]!;
    for (let at = begin + 3; at < end; at += 3) {
      const word = numbers[at]!;
      after[word] = (after[word]! & numbers[at + 1]!) | numbers[at + 2]!;
    }
    return after;
  }

  /** What was present becomes past, also in parts that nobody has looked at. */
  private age(age: number): void {
    const { after, codec } = this;
    const { copies, proposals, terms, termsMax } = codec;
    const isPartitionAged = (age & 1) === 1;
    const process = age >>> 1;
    const asked = proposals.aged(after[1]! >>> usedBits, age, (id) => codec.agedProposals(id, isPartitionAged, process));
    after[1] = (asked << usedBits) | (after[1]! & usedMask);
    if (isPartitionAged) {
      for (let at = 2; at < 2 + termsMax; at++) after[at] = terms.aged(after[at]!, 1, (id) => codec.agedTerm(id));
    }
    for (let at = 2 + termsMax; at < after.length; at++) {
      const word = after[at]!;
      const aged = copies.aged(word >>> flagBits, age, (id) => codec.agedCopy(id, isPartitionAged, process));
      after[at] = (aged << flagBits) | (word & flagMask);
    }
  }
}
