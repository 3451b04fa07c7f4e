/** What the leader of a classic group is given to share out, and how it is shared (KIP-54 and the Java client's assignors). */

import type { Generation, MemberId, TopicPartition } from "../ids.ts";

export interface AssignorQuestion {
  /** Which topics each member wants. */
  readonly subscriptions: ReadonlyMap<MemberId, readonly string[]>;
  /** How many partitions each topic has; a topic that is missing does not exist. */
  readonly partitions: ReadonlyMap<string, number>;
  /** What members say that they hold from before; who is missing holds nothing. Only sticky assignors ask. */
  readonly owned?: ReadonlyMap<MemberId, Owned>;
}

/** A member's word on what it holds, and since which generation it knows that. */
export interface Owned {
  readonly generation: Generation;
  readonly partitions: readonly TopicPartition[];
}

/** Every member has an entry, empty where there is nothing for it. */
export type GroupAssignment = ReadonlyMap<MemberId, readonly TopicPartition[]>;

export type Assignor = (question: AssignorQuestion) => GroupAssignment;

/** Members in the order in which assignors count them: by id, as Java compares strings. */
export const membersInOrder = (question: AssignorQuestion): readonly MemberId[] =>
  [...question.subscriptions.keys()].toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));

/** All topics that somebody wants and that exist, by name. */
export const topicsInOrder = (question: AssignorQuestion): readonly string[] =>
  [...new Set([...question.subscriptions.values()].flat())].filter((topic) => question.partitions.has(topic)).toSorted();
