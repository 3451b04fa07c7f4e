/** How far a search of the reference model goes. Everything in it is bounded, or there would be no end to it. */

import { guardsWithout } from "../reference/guards.ts";
import type { GuardId, Guards } from "../reference/guards.ts";

export interface Scope {
  /** How many brokers, each with a replica of the one partition: 1 to 5. */
  readonly brokers: number;
  /** How many records leaders append in all. */
  readonly records: number;
  /** The highest leader epoch; the first leader is of epoch 0. */
  readonly epochs: number;
  /** How often a process is killed. */
  readonly crashes: number;
  /** How often a machine loses power, and with it any part of its log. */
  readonly powerLosses: number;
  /** How often records are deleted from the front of a log. */
  readonly deletions: number;
  /** `min.insync.replicas`. */
  readonly minInsyncReplicas: number;
  /** Whether eligible leader replicas are kept (KIP-966). */
  readonly elr: boolean;
  /** Whether a broker can be fenced and come back: without, leaders only change because they are told to. */
  readonly fencing: boolean;
  /** Whether a fetch that a follower has left behind can arrive when it is somebody else by then. */
  readonly lateFetches: boolean;
  /** Whether a controller can be replaced and not know it. */
  readonly deposedController: boolean;
  /** Which guards are switched off. */
  readonly without: readonly GuardId[];
}

/** What a scope is unless it says otherwise: three replicas, one record, leader epochs 0 to 1, no crashes. */
export const smallScope: Scope = {
  brokers: 3,
  records: 1,
  epochs: 1,
  crashes: 0,
  powerLosses: 0,
  deletions: 0,
  minInsyncReplicas: 2,
  elr: false,
  fencing: true,
  lateFetches: false,
  deposedController: false,
  without: [],
};

/** Named scopes: what `kafka-trial explore --scope` takes beside a file. */
export const scopes: { readonly small: Scope; readonly medium: Scope; readonly tla: Scope } = {
  small: smallScope,
  /** A second record and a crash, where eligible leaders are kept. */
  medium: { ...smallScope, records: 2, crashes: 1, elr: true },
  /** As near as this model comes to the scope in which the public TLA+ model of Kafka's replication is checked. */
  tla: { ...smallScope, epochs: 2, records: 2, minInsyncReplicas: 1, fencing: false },
};

export const guardsOf = ({ without }: Scope): Guards => guardsWithout(without);

/** Says what is wrong with a scope, if anything is. */
export function checkScope(scope: Scope): string | undefined {
  const { brokers, epochs, records } = scope;
  const whole = Object.entries(scope).find(([, value]) => typeof value === "number" && (!Number.isInteger(value) || value < 0));
  if (whole !== undefined) return `${whole[0]} is a whole number from 0 on, not ${whole[1]}`;
  if (brokers < 1 || brokers > brokersMax) return `a scope has 1 to ${brokersMax} brokers, not ${brokers}`;
  if (records > recordsMax) return `a scope has at most ${recordsMax} records, not ${records}`;
  if (epochs > epochsMax) return `a scope has leader epochs up to ${epochsMax}, not ${epochs}`;
  const counts = [scope.crashes, scope.powerLosses, scope.deletions];
  return counts.every((count) => count <= countMax) ? undefined : `crashes, power losses and deletions are at most ${countMax}`;
}

/** What fits into the bits that a stored state has for it. */
const brokersMax = 5;
const recordsMax = 6;
const epochsMax = 6;
const countMax = 7;
