/** What a campaign can make the model do: each of its actions, and each answer of those that turn something down. */

import type { ErrorName } from "../error-code.ts";
import { actionKinds } from "./actions.ts";
import type { Action, ActionKind } from "./actions.ts";

/**
 * The errors that brokers and controllers tell when all goes by Kafka's rules. Left out are:
 *
 * - those for requests that no client and no broker here makes, and `NOT_LEADER_OR_FOLLOWER` for a batch that comes to a replica
 *   that does not lead: nobody tells of it.
 * - `NOT_ENOUGH_REPLICAS_AFTER_APPEND`: since KAFKA-15583 the high watermark stands still while too few are in sync. Kafka gives it
 *   where one thread raises the watermark and another one shrinks the ISR before the first has answered; here that is one step.
 * - `REBALANCE_IN_PROGRESS` for a commit: a consumer commits only in a generation of which it has its assignment
 *   (`generationIfStable`), and the coordinator gave out no assignment of one that is still being completed.
 */
const answers = {
  "refuse-registration": ["DUPLICATE_BROKER_REGISTRATION"],
  "refuse-heartbeat": ["STALE_BROKER_EPOCH"],
  "refuse-election": ["ELECTION_NOT_NEEDED", "PREFERRED_LEADER_NOT_AVAILABLE", "ELIGIBLE_LEADERS_NOT_AVAILABLE"],
  "refuse-reassignment": ["NO_REASSIGNMENT_IN_PROGRESS", "INVALID_REPLICA_ASSIGNMENT"],
  "refuse-isr": ["FENCED_LEADER_EPOCH", "INVALID_UPDATE_VERSION", "INELIGIBLE_REPLICA", "STALE_BROKER_EPOCH"],
  "refuse-append": ["KAFKA_STORAGE_ERROR", "NOT_ENOUGH_REPLICAS", "OUT_OF_ORDER_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH"],
  "settle-append": ["NONE", "REQUEST_TIMED_OUT", "NOT_LEADER_OR_FOLLOWER"],
  "refuse-fetch": [
    "NOT_LEADER_OR_FOLLOWER",
    "FENCED_LEADER_EPOCH",
    "UNKNOWN_LEADER_EPOCH",
    "OFFSET_OUT_OF_RANGE",
    "KAFKA_STORAGE_ERROR",
  ],
  "reject-commit": ["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION"],
} as const satisfies { readonly [Kind in ActionKind]?: readonly ErrorName[] };

const answering: ReadonlySet<string> = new Set(Object.keys(answers));

/** What an action counts as: its kind, and with it the answer where there is one. */
export function exerciseOf(action: Action): string {
  const { kind } = action;
  return answering.has(kind) ? `${kind} ${(action as Answer).error}` : kind;
}

type Answer = Extract<Action, { readonly error: ErrorName }>;

/** Everything that there is to exercise. */
export const exercises: readonly string[] = actionKinds.flatMap((kind) =>
  isAnswer(kind) ? answers[kind].map((error) => `${kind} ${error}`) : [kind],
);

function isAnswer(kind: ActionKind): kind is keyof typeof answers {
  return answering.has(kind);
}
