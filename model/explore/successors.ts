/**
 * The worlds that follow from a world, by the actions of the reference model.
 *
 * The model is asked once for each situation that it can tell from others: what it has looked at is noted, and where all of that
 * is the same again, so is what follows.
 */

import { firstBroken, invariants } from "../reference/invariants.ts";
import type { Broken } from "../reference/invariants.ts";
import { allAspects, aspectOf, aspectsBelow, aspectsOfAge, aspectsOfPatch } from "./aspects.ts";
import { copyField, flagsOf } from "./broker-parts.ts";
import { Changes, numbersOfChange, numbersOfWord } from "./changes.ts";
import type { ActionCounts, Change, Said, WordChange } from "./changes.ts";
import { flagMask } from "./codec.ts";
import type { Codec } from "./codec.ts";
import type { Age, Patch } from "./deltas.ts";
import { flagBits, presentEpoch, presentProcess, roleKinds } from "./layout.ts";
import { Memory } from "./memory.ts";
import { moved } from "./moved.ts";
import type { Watch } from "./moved.ts";
import { moveGroups } from "./moves.ts";
import type { Move, MoveGroup, Search } from "./moves.ts";
import { fieldsMax } from "./part-table.ts";
import { copyPatch, headPatch, nowOf, proposalsPatch, termPatch, usedAfter } from "./patches.ts";
import { TokenUsed } from "./tokens.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";
import { WatchedWorld } from "./watched-world.ts";

const firstFound = 64;

/** What becomes of the bits below a part's number. */
type Below = Pick<WordChange, "keeps" | "to">;

const unchanged: Below = { keeps: -1, to: 0 };

export class Successors {
  /** The words of the worlds that were found to follow, one after the other. */
  found: Uint32Array;
  /** By world that was found: what its change has touched. */
  private touched: Int32Array;
  /** The terms of the world whose successors were found. */
  private epochs = 0;
  /** By invariant: what it has ever looked at. */
  private readonly aspects = new Int32Array(invariants.length);
  private readonly search: Search;
  private readonly codec: Codec;
  private readonly groups: readonly MoveGroup[];
  /** By group: whose role has to be of which kind for there to be any moves; -1 for any. */
  private readonly kinds: Int32Array;
  /** By group, and by which terms there are: where its memory begins. */
  private readonly trees: Int32Array;
  private readonly judgedTrees: Int32Array;
  /** The world whose successors are asked for, and one of them that is judged. */
  private readonly watched: WatchedWorld;
  private readonly judged: WatchedWorld;
  private readonly memory = new Memory();
  private readonly changes = new Changes();

  constructor(search: Search, codec: Codec) {
    this.search = search;
    this.codec = codec;
    this.groups = moveGroups(search.scope);
    this.kinds = Int32Array.from(this.groups, ({ role }) => (role === undefined ? -1 : roleKinds.indexOf(role)));
    const epochs = 1 << codec.termsMax;
    this.trees = Int32Array.from({ length: this.groups.length * epochs }, () => this.memory.tree());
    this.judgedTrees = Int32Array.from({ length: invariants.length * epochs }, () => this.memory.tree());
    this.watched = new WatchedWorld(codec);
    this.judged = new WatchedWorld(codec);
    this.found = new Uint32Array(codec.words * firstFound);
    this.touched = new Int32Array(firstFound);
  }

  /** How often each action was generated, and each refusal. */
  get actions(): ActionCounts {
    return this.changes.actions;
  }

  /** What is remembered of the model takes so many bytes; texts and objects beside it take about as much again. */
  get bytes(): number {
    return this.memory.bytes + this.changes.numbers.byteLength;
  }

  /** Finds what follows from a world; gives how many worlds that are. */
  find(words: Uint32Array, from: number): number {
    const { codec, groups, kinds, watched } = this;
    watched.begin(words, from);
    const { rows } = watched;
    const epochs = codec.frames.epochs[words[from]!]!;
    this.epochs = epochs;
    const trees = epochs * groups.length;
    let count = 0;
    for (let nth = 0; nth < groups.length; nth++) {
      const kind = kinds[nth]!;
      const { fields } = codec.numbers;
      if (kind >= 0 && fields[rows[groups[nth]!.broker - 1]! * fieldsMax + copyField.kind] !== kind) continue;
      let found = this.memory.recall(this.trees[trees + nth]!, rows, fields);
      if (found < 0) found = this.ask(epochs, groups[nth]!, this.trees[trees + nth]!);
      const { numbers } = this.changes;
      numbers[found]!++;
      let at = found + 2;
      for (let left = numbers[found + 1]!; left > 0; left--) {
        this.change(words, from, at, count++);
        at += numbersOfChange + numbersOfWord * numbers[at + 2]!;
      }
    }
    return count;
  }

  /**
   * The first invariant that does not hold in a world: the nth of those that were found, or the very first one. All of them hold
   * in the world that it was found from, and one that looks at nothing that was touched sees what it has seen there.
   */
  broken(words: Uint32Array, from: number, nth?: number): Broken | undefined {
    const { aspects, codec, judged } = this;
    const epochs = codec.frames.epochs[words[from]!]!;
    const touched = nth === undefined || epochs !== this.epochs ? allAspects : this.touched[nth]!;
    const trees = epochs * invariants.length;
    judged.begin(words, from);
    for (let at = 0; at < invariants.length; at++) {
      const isSame = (aspects[at]! & touched) === 0 && touched !== allAspects;
      if (isSame || this.memory.recall(this.judgedTrees[trees + at]!, judged.rows, codec.numbers.fields) >= 0) continue;
      const { cluster } = judged.world(epochs);
      const because = invariants[at]!.check(cluster, cluster.partitions.get(thePartition)!);
      if (because !== undefined) return firstBroken(codec.decode(words, from).cluster, thePartition);
      this.memory.remember(this.judgedTrees[trees + at]!, judged, judged.looks, 0);
      for (const look of judged.looks) aspects[at]! |= aspectOf(look, judged.places);
    }
    return undefined;
  }

  // --- what follows ------------------------------------------------------------------------------------------------------

  /** Writes the words of a world after a change, as the nth of those that were found. */
  private change(words: Uint32Array, from: number, change: number, nth: number): void {
    const { codec } = this;
    const { deltas, frames } = codec;
    const { numbers } = this.changes;
    const begin = nth * codec.words;
    if (begin === this.found.length) this.grow();
    const { found } = this;
    this.touched[nth] = numbers[change]!;
    const frameChange = numbers[change + 1]!;
    found[begin] = frameChange === 0 ? words[from]! : frames.applied(frameChange, words[from]!);
    for (let at = 1; at < codec.words; at++) found[begin + at] = words[from + at]!;
    let op = change + numbersOfChange;
    for (let left = numbers[change + 2]!; left > 0; left--) {
      const at = begin + numbers[op]!;
      const delta = numbers[op + 1]!;
      const part = found[at]! >>> flagBits;
      const after = delta === 0 ? part : deltas.applied(delta, part);
      found[at] = (after << flagBits) | (found[at]! & flagMask & numbers[op + 2]!) | numbers[op + 3]!;
      op += numbersOfWord;
    }
    codec.settle(found, begin);
  }

  private grow(): void {
    const more = new Uint32Array(this.found.length * 2);
    more.set(this.found);
    this.found = more;
    const touched = new Int32Array(this.touched.length * 2);
    touched.set(this.touched);
    this.touched = touched;
  }

  /** Has the model take its steps, and remembers what came of them. */
  private ask(epochs: number, group: MoveGroup, tree: number): number {
    const { watched } = this;
    const world = watched.world(epochs);
    const found = this.follow(world, group);
    this.memory.remember(tree, watched, watched.looks, found);
    return found;
  }

  private follow(world: World, group: MoveGroup): number {
    const { tokens } = this.watched;
    const changes: Change[] = [];
    const said: Said[] = [];
    const watch: Watch = { said: (one) => said.push(one), seen: (cluster) => this.watched.seen(cluster) };
    const take = (move: Move): void => {
      const after = moved(world, move, this.search, watch);
      if (after.kind === "moved") changes.push(this.changeTo(world, after.world));
    };
    try {
      group.moves(world, this.search, take);
    } catch (error) {
      if (!(error instanceof TokenUsed) || !tokens.areCopied) throw error;
      // The model has looked into what it had copied: then all that it copies counts as looked at.
      tokens.areCopied = false;
      try {
        return this.follow(world, group);
      } finally {
        tokens.areCopied = true;
      }
    }
    return this.changes.add(changes, said);
  }

  /** What is another one in a world after a move. */
  private changeTo(before: World, after: World): Change {
    const { codec, watched } = this;
    const { brokers: count, deltas, frames, termsMax } = codec;
    const now = nowOf(watched, after);
    const was = partitionOf(before);
    const is = now.partition;
    const age = this.ageOf(after);
    const isAged = age.isPartitionAged || age.process > 0;
    const frame: WordChange[] = [];
    const words: WordChange[] = [];
    let touched = aspectsOfAge(age);
    const add = (
      to: WordChange[],
      at: number,
      [patch, unpatched]: readonly [Patch | undefined, Patch],
      below: Below = unchanged,
    ): void => {
      if (patch === undefined && !isAged && below === unchanged) return;
      const delta = patch === undefined && !isAged ? 0 : deltas.numberOf(age, patch ?? unpatched);
      to.push({ at, delta, ...below });
      touched |= aspectsOfPatch(patch ?? unpatched);
    };
    add(frame, 0, [headPatch(now, after, this.search.scope), { of: "head", set: {}, beside: {} }]);
    const used = usedAfter(now, after);
    if (used !== undefined) touched |= aspectsBelow.used;
    const proposals = proposalsPatch(now, (partition) => codec.proposalsForm.kept(partition));
    add(frame, 1, [proposals, { of: "proposals", set: undefined }], used);
    for (let epoch = 0; epoch < termsMax; epoch++) {
      const isSame = is.terms[epoch] === was.terms[epoch];
      add(frame, 2 + epoch, [isSame ? undefined : termPatch(now, epoch), { of: "term", epoch, set: {} }]);
    }
    for (let id = 1; id <= count; id++) {
      const standing = now.brokers[id]!;
      const isOther = standing !== before.cluster.brokers[id];
      if (isOther) touched |= aspectsBelow.standing;
      const below = isOther ? { keeps: ~flagMask, to: flagsOf(standing) } : unchanged;
      const patch = is.copies[id] === was.copies[id] ? undefined : copyPatch(now, id);
      add(words, id, [patch, { of: "copy", set: {} }], below);
    }
    return { touched, frame: frame.length === 0 ? 0 : frames.changeNumberOf(frame), words };
  }

  private ageOf({ cluster }: World): Age {
    const { brokers } = cluster;
    const process = brokers.findIndex((one) => one !== undefined && one.brokerEpoch !== presentProcess);
    return {
      isPartitionAged: cluster.partitions.get(thePartition)!.partitionEpoch !== presentEpoch,
      process: Math.max(process, 0),
    };
  }
}
