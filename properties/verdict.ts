/** What a property says of a trial. The four kinds are never mixed up: silence is not consent, and a permission is not a fault. */

import type { TopicPartition } from "../model/ids.ts";

export type Verdict =
  /** It held for each of the `judged` things it is about. */
  | { readonly kind: "holds"; readonly judged: number }
  /** It was broken, and nothing in the settings permits it. */
  | { readonly kind: "violated"; readonly breaches: readonly Breach[] }
  /** There was nothing to judge, or not enough evidence. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** It was broken where Kafka had promised nothing: the first breach's permission says why. */
  | { readonly kind: "not-promised"; readonly breaches: readonly Breach[] };

/** One case in which a property was broken. */
export interface Breach {
  /** What was promised and what happened instead, in one sentence. */
  readonly message: string;
  /** Indexes of the events of the history that prove it, in order. */
  readonly witness: readonly number[];
  readonly partition?: TopicPartition;
  /** Tells apart ways in which one property can be broken, where it would mislead to take one for the other. */
  readonly variant?: string;
  /** Present where a setting takes the promise back. */
  readonly permission?: Permission;
  /** Where the mistake is, if the property can tell better than its `blames`. */
  readonly blames?: Blame;
}

/** Why what happened is permitted. */
export interface Permission {
  /** A Kafka setting with its value, such as `acks=1`, or the part of the protocol that promises nothing here. */
  readonly setting: string;
  readonly why: string;
}

/** Whose mistake a violation is. */
export type Blame = "broker" | "client" | "service";

/** What a finding is, for whoever reads it first. */
export type FindingClass = "broker-bug" | "client-bug" | "service-bug" | "your-settings-permit-this" | "model-gap";

/** How many breaches a verdict keeps; the first ones tell the story. */
export const breachesMax = 8;

/** The verdict that follows from what a check has found. */
export function verdictOf(judgement: { readonly judged: number; readonly breaches: readonly Breach[] }): Verdict {
  const { breaches, judged } = judgement;
  const unpermitted = breaches.filter(({ permission }) => permission === undefined);
  if (unpermitted.length > 0) return { kind: "violated", breaches: unpermitted.slice(0, breachesMax) };
  if (breaches.length > 0) return { kind: "not-promised", breaches: breaches.slice(0, breachesMax) };
  return judged > 0 ? { kind: "holds", judged } : { kind: "unknown", reason: "the trial gave it nothing to judge" };
}
