/**
 * Consumers that read from the closest replica: a leader sends them to a follower, and the follower gives them what it knows to be
 * committed.
 *
 * Source: KIP-392.
 */

import type { BrokerId, LeaderEpoch, Offset } from "../ids.ts";
import { has } from "./broker-set.ts";
import type { Guards } from "./guards.ts";
import { beginsWith, upTo } from "./log.ts";
import { atReplica } from "./place.ts";
import type { AtReplica, Place } from "./place.ts";
import { ok, refused } from "./step.ts";
import type { Refusal, Steps } from "./step.ts";

/** A consumer's fetch; -1 as epoch where it names none. */
interface ConsumerFetchSeen {
  readonly epoch: LeaderEpoch;
  readonly fetchOffset: Offset;
}

export type FollowerReadAction =
  /** A leader tells a consumer to fetch from this follower instead. */
  | ({ readonly kind: "redirect-consumer"; readonly replica: BrokerId } & ConsumerFetchSeen & AtReplica)
  /** A follower gives a consumer what it has up to before an offset. */
  | ({ readonly kind: "serve-consumer"; readonly endOffset: Offset } & ConsumerFetchSeen & AtReplica);

type Of<Kind extends FollowerReadAction["kind"]> = Extract<FollowerReadAction, { readonly kind: Kind }>;

/** Nobody's log changes: it is right, or it is not. */
export const followerReadSteps: Steps<FollowerReadAction> = {
  "redirect-consumer": atReplica((state, place, action) => checkRedirection(place, action) ?? ok(state)),
  "serve-consumer": atReplica((state, place, action, guards) => checkRead(place, action, guards) ?? ok(state)),
};

function checkRedirection({ copy: { role } }: Place, action: Of<"redirect-consumer">): Refusal | undefined {
  const { broker, epoch, fetchOffset, replica } = action;
  if (role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "only a leader sends consumers elsewhere");
  const wrong = otherEpoch(epoch, role.epoch);
  if (wrong !== undefined) return wrong;
  if (replica === broker) return refused("INELIGIBLE_REPLICA", "a leader does not send consumers to itself");
  if (!has(role.isr, replica)) return refused("INELIGIBLE_REPLICA", () => `broker ${replica} is not in sync`);
  const end = role.fetched[replica]?.offset ?? -1;
  if (end >= fetchOffset) return undefined;
  return refused("OFFSET_NOT_AVAILABLE", () => `the leader cannot know that broker ${replica} has more than ${end}`);
}

function checkRead({ copy, partition }: Place, action: Of<"serve-consumer">, guards: Guards): Refusal | undefined {
  const { endOffset, epoch, fetchOffset } = action;
  const { highWatermark, log, logStart, role } = copy;
  if (role.kind !== "follower") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not follow");
  const wrong = otherEpoch(epoch, role.epoch);
  if (wrong !== undefined) return wrong;
  if (fetchOffset < logStart) return refused("OFFSET_OUT_OF_RANGE", () => `its log starts at ${logStart}`);
  if (endOffset <= fetchOffset) return refused("OFFSET_OUT_OF_RANGE", "there is nothing in what it gave");
  if (endOffset > highWatermark) return refused("OFFSET_NOT_AVAILABLE", () => `its watermark is ${highWatermark}`);
  const { committed, lossyEpoch } = partition;
  if (!guards.checksOutcomes || lossyEpoch >= 0 || beginsWith(committed, upTo(log, endOffset))) return undefined;
  return refused("OFFSET_NOT_AVAILABLE", () => `up to ${endOffset} it has something else than what is committed`);
}

function otherEpoch(requested: LeaderEpoch, current: LeaderEpoch): Refusal | undefined {
  if (requested < 0 || requested === current) return undefined;
  const because = (): string => `the fetch is for epoch ${requested}, the replica is in ${current}`;
  return refused(requested < current ? "FENCED_LEADER_EPOCH" : "UNKNOWN_LEADER_EPOCH", because);
}
