/**
 * A replica's log, as a value: each log is its last record and the log before it. The same records in the same order are the
 * same object, so that two logs agree up to an offset if and only if what they have up to there is identical.
 *
 * All logs of one partition grow from one root; a root's tree is only ever added to, and nothing but identity depends on it.
 */

import { leaderEpoch, offset } from "../ids.ts";
import type { LeaderEpoch, Offset } from "../ids.ts";
import { noSessions, withBatch } from "./producer-session.ts";
import type { ProducerSessions, Sequenced } from "./producer-session.ts";

/** One record of a log. Two records are the same if and only if their epochs, values and places in their batches are. */
export interface Entry {
  readonly epoch: LeaderEpoch;
  readonly value: string;
  /** Of a compacted topic only; null for no key, which a cleaner never removes. */
  readonly key?: string | null;
  /** It has no value, and deletes its key. */
  readonly isTombstone?: true;
  /** The batch of an idempotent producer that begins with this record, where one does. */
  readonly opens?: Sequenced;
  /** Part of a transaction, or the marker that ends one (KIP-98). */
  readonly transaction?: "open" | "end";
}

export interface Log {
  /** The offset of the record that comes next. */
  readonly end: Offset;
  /** Undefined for an empty log. */
  readonly last: Entry | undefined;
  readonly before: Log | undefined;
  /** What the log tells of producers (KIP-98): a fold over its batches. */
  readonly producers: ProducerSessions;
  /** Whether any record of it is part of a transaction. */
  readonly hasTransactions: boolean;
  /** Counts the logs of a tree in the order in which they came up. */
  readonly id: number;
}

class Node implements Log {
  readonly end: Offset;
  readonly last: Entry | undefined;
  readonly before: Node | undefined;
  readonly producers: ProducerSessions;
  readonly hasTransactions: boolean;
  readonly id: number;
  readonly root: Root;
  readonly children: Node[] = [];

  constructor(root: Root, before: Node | undefined, last: Entry | undefined) {
    this.root = root;
    this.before = before;
    this.last = last;
    this.end = offset(before === undefined ? 0 : before.end + 1);
    const known = before?.producers ?? noSessions;
    this.producers = last?.opens === undefined ? known : withBatch(known, last.opens);
    this.hasTransactions = before?.hasTransactions === true || last?.transaction !== undefined;
    this.id = root.all.push(this) - 1;
  }
}

interface Root {
  readonly all: Node[];
}

/** A tree with nothing but the empty log in it. */
export function emptyLog(): Log {
  return new Node({ all: [] }, undefined, undefined);
}

/** The log with one more record. */
export function append(log: Log, entry: Entry): Log {
  const node = log as Node;
  for (const child of node.children) if (isSameEntry(child.last!, entry)) return child;
  const child = new Node(node.root, node, entry);
  node.children.push(child);
  return child;
}

/** What `log` has before `end`; all of it where it is no longer than that. */
export function upTo(log: Log, end: number): Log {
  let at = log;
  while (at.end > end) at = at.before!;
  return at;
}

/** The record at `offset`, which must be in the log. */
export const entryAt = (log: Log, position: number): Entry => upTo(log, position + 1).last!;

/** Whether `log` begins with all of `prefix`. */
export const beginsWith = (log: Log, prefix: Log): boolean => log.end >= prefix.end && upTo(log, prefix.end) === prefix;

/** Whether two logs of one length have the same records from `from` on. */
export function agreesFrom(left: Log, right: Log, from: number): boolean {
  let one = left;
  let other = right;
  while (one !== other && one.end > from) {
    if (one.end !== other.end || !isSameEntry(one.last!, other.last!)) return false;
    one = one.before!;
    other = other.before!;
  }
  return left.end === right.end;
}

/** What the records of a log from `from` on tell of producers. */
export function producersSince(log: Log, from: number): ProducerSessions {
  if (from === 0) return log.producers;
  const opened: Sequenced[] = [];
  for (let at = log; at.end > from; at = at.before!) if (at.last!.opens !== undefined) opened.push(at.last!.opens);
  return opened.toReversed().reduce(withBatch, noSessions);
}

/** The longest log that both begin with. */
export function sharedPart(left: Log, right: Log): Log {
  const end = Math.min(left.end, right.end);
  let one = upTo(left, end);
  let other = upTo(right, end);
  while (one !== other) {
    one = one.before!;
    other = other.before!;
  }
  return one;
}

/** The epoch of the last record; -1 for an empty log. */
export const lastEpoch = (log: Log): LeaderEpoch => log.last?.epoch ?? noEpoch;

/** The log of a tree with this number. */
export const logWithId = (log: Log, id: number): Log => (log as Node).root.all[id]!;

/** Records in order, from offset 0. */
export function entriesOf(log: Log): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = log; at.before !== undefined; at = at.before) entries.push(at.last!);
  return entries.toReversed();
}

const noEpoch = leaderEpoch(-1);

const isSameEntry = (left: Entry, right: Entry): boolean =>
  left.epoch === right.epoch && left.value === right.value && isSameSequence(left.opens, right.opens);

const isSameSequence = (left: Sequenced | undefined, right: Sequenced | undefined): boolean =>
  left === right ||
  (left?.producerId === right?.producerId &&
    left?.baseSequence === right?.baseSequence &&
    left?.producerEpoch === right?.producerEpoch &&
    left?.length === right?.length);
