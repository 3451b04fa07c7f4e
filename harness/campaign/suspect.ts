/** A property that did not hold in a trial of a campaign: enough to find the trial again. */

import { classOf } from "../../properties/judge.ts";
import type { Judged } from "../../properties/judge.ts";
import type { Breach, FindingClass } from "../../properties/verdict.ts";
import type { Trial } from "../trial.ts";

export interface Suspect {
  /** The trial's number in its campaign. */
  readonly trial: number;
  readonly property: string;
  readonly class: FindingClass;
  /** The setting that permits it, where one does. */
  readonly setting: string | undefined;
  /** Present where the trial cannot be played again to the same end: on real Kafka. */
  readonly found?: Trial;
}

/** A property that was broken in a trial, with the case that tells it best. */
export interface Broken {
  readonly judged: Judged;
  readonly breach: Breach;
}

/** What was broken in a trial, in the order of the properties. */
export function brokenIn({ judged }: Pick<Trial, "judged">): readonly Broken[] {
  return judged.flatMap((one) => ("breaches" in one.verdict ? [{ judged: one, breach: one.verdict.breaches[0]! }] : []));
}

/**
 * What a trial is suspected of: of what was violated the first, because the others follow from it more often than not; and
 * everything that the settings permit, where nothing was violated.
 */
export function suspectsIn(number: number, trial: Trial): readonly Suspect[] {
  const broken = brokenIn(trial);
  const violated = broken.find(({ judged }) => judged.verdict.kind === "violated");
  const told = violated === undefined ? broken : [violated];
  return told.map(({ breach, judged: { property } }) => ({
    trial: number,
    property: property.id,
    class: classOf(property, breach),
    setting: breach.permission?.setting,
  }));
}

/** Whether it is something that the settings permit, and so no violation. */
export const isPermitted = (suspect: { readonly class: FindingClass }): boolean =>
  suspect.class === "your-settings-permit-this";

/** Of each kind of suspect the one of the lowest trial, in order of trials. */
export function firstOfEachKind(suspects: readonly Suspect[]): readonly Suspect[] {
  const firsts = new Map<string, Suspect>();
  for (const suspect of suspects.toSorted((left, right) => left.trial - right.trial)) {
    const key = [suspect.property, suspect.class, suspect.setting].join(" ");
    if (!firsts.has(key)) firsts.set(key, suspect);
  }
  return [...firsts.values()];
}
