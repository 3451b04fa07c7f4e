/** Judges a history by properties: one verdict each, and what was sighted on the way. */

import type { History } from "../model/history.ts";
import type { TrialOptions } from "../model/schedule.ts";
import { sightings } from "./coverage/sightings.ts";
import { TrialFacts } from "./facts/trial-facts.ts";
import type { Property } from "./property.ts";
import { verdictOf } from "./verdict.ts";
import type { Breach, FindingClass, Verdict } from "./verdict.ts";

/** One property's verdict on one trial. */
export interface Judged {
  readonly property: Property;
  readonly verdict: Verdict;
}

export interface Judgements {
  readonly judged: readonly Judged[];
  /** Ids of the situations that the trial went through. */
  readonly sighted: readonly string[];
  /** How often the trial has made each thing of the reference model happen. */
  readonly exercised: ReadonlyMap<string, number>;
}

/** Judges `history`, of a trial with these options, by each of `properties`, in their order. */
export function judge(options: TrialOptions, history: History, properties: readonly Property[]): Judgements {
  const facts = new TrialFacts(options, history);
  let exercised: ReadonlyMap<string, number> = new Map();
  const judged = properties.map((property) => {
    const judgement = property.check(facts);
    if (judgement.exercised !== undefined) exercised = judgement.exercised;
    return { property, verdict: verdictOf(judgement) };
  });
  return {
    judged,
    exercised,
    sighted: sightings.filter((sighting) => sighting.wasSeen(facts)).map(({ id }) => id),
  };
}

/** What a broken property is, for whoever reads the finding first. */
export function classOf({ blames }: Property, breach: Breach): FindingClass {
  if (breach.permission !== undefined) return "your-settings-permit-this";
  return `${breach.blames ?? blames}-bug`;
}
