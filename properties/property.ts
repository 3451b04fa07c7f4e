import type { TrialFacts } from "./facts/trial-facts.ts";
import type { Blame, Breach } from "./verdict.ts";

/**
 * A statement about histories. A user's own property is a plain object of this shape, like the ones that come with kafka-trial.
 */
export interface Property {
  /** Its name in reports and on the command line; the same as its file's. */
  readonly id: string;
  /** What must be true, in one sentence. */
  readonly sentence: string;
  /** Who promises it: a KIP, a ticket, the documentation. */
  readonly source: string;
  /** Judged over the whole history, faults and all; or when everything has been healed and drained. */
  readonly expectation: "always" | "eventually";
  /** `client` where what clients see is enough; `broker` where it takes what only the in-memory cluster tells. */
  readonly evidence: "client" | "broker";
  /** Whose mistake it is when it is broken. */
  readonly blames: Blame;
  /** Under which settings Kafka takes the promise back, in words. Breaches that fall under them carry a permission. */
  readonly assumes: string;
  /** Looks at a trial. Must not throw, whatever the history holds. */
  check(trial: TrialFacts): Judgement;
}

export interface Judgement {
  /** How many things were judged; none means that the property can say nothing. */
  readonly judged: number;
  readonly breaches: readonly Breach[];
  /** What of the reference model the trial has made happen, and how often, where it was held against it. */
  readonly exercised?: ReadonlyMap<string, number>;
}
