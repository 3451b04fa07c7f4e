import type { StepId } from "../../model/ids.ts";
import type { Send } from "../facts/sends.ts";
import type { Seen, Transaction, TrialFacts } from "../facts/trial-facts.ts";
import { mayBeDeleted, mayForgetTransactions, mayLoseAcked, mayMixTransactions } from "../promises.ts";
import { mayBeReplaced, mayMissMarkers } from "../promises-of-cleaning.ts";
import type { Property } from "../property.ts";
import type { Breach, Permission } from "../verdict.ts";

/** A transaction counts as a whole or not at all, and as its producer was told. */
export const transactionsAreAtomic: Property = {
  id: "transactions-are-atomic",
  sentence:
    "Of a transaction that was committed every acknowledged record counts, of one that was not none does, and where nobody knows it is all or none.",
  source: "KIP-98; KIP-890",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "no committed record was lost with permission, of __transaction_state neither, and none was to be deleted; with transaction.version=0 that no request was held up",
  check: (trial) => {
    const breaches: Breach[] = [];
    let judged = 0;
    const known = placesOf(trial);
    const ended = new Set<StepId>();
    for (const transaction of trial.transactions) {
      for (const step of transaction.ending.steps) ended.add(step);
      const records = recordsOf(trial, known, transaction.ending.steps);
      judged += records.length;
      breaches.push(...wrongOf(trial, transaction, records));
    }
    for (const { records } of trial.logs.values()) {
      for (const record of records) {
        if (record.fate !== "commit" || ended.has(record.value)) continue;
        judged++;
        const message = `${record.value} counts as committed, and its producer has never asked for that.`;
        breaches.push({ message, witness: [record.at], ...permissionOf(trial) });
      }
    }
    return { judged, breaches };
  },
};

interface Written {
  readonly step: StepId;
  /** Undefined where it is not in the log. */
  readonly found: Seen | undefined;
  readonly isAcked: boolean;
}

function placesOf(trial: TrialFacts): ReadonlyMap<string, Seen> {
  const places = new Map<string, Seen>();
  for (const { records } of trial.logs.values()) {
    for (const record of records) if (record.fate !== undefined) places.set(record.value, record);
  }
  return places;
}

/**
 * Only of logs that were read to the end anything can be said; and of a record that may have been cleaned out of it nobody can say
 * whether it counted.
 */
function recordsOf(trial: TrialFacts, places: ReadonlyMap<string, Seen>, steps: readonly StepId[]): readonly Written[] {
  return steps.flatMap((step) => {
    const send = trial.sends.get(step);
    if (send === undefined || trial.logs.get(send.partition)?.range === undefined) return [];
    const found = places.get(send.value);
    if (found === undefined && mayBeReplaced(trial, send)) return [];
    return [{ step, found, isAcked: send.outcome.kind === "acked" }];
  });
}

function wrongOf(trial: TrialFacts, { at, ending, outcome }: Transaction, records: readonly Written[]): readonly Breach[] {
  const counts = ({ found }: Written): boolean => found?.fate === "commit";
  const breach = ({ found, step }: Written, what: string): Breach => {
    const witness = found === undefined ? [at] : [at, found.at];
    const send = trial.sends.get(step)!;
    const permission = mayLoseAcked(trial, send) ?? deletionOf(trial, send) ?? mayMissMarkers(trial, send.partition);
    return { message: `${step} ${what}.`, witness, ...(permission === undefined ? permissionOf(trial) : { permission }) };
  };
  if (outcome === "committed") {
    return records
      .filter((record) => record.isAcked && !counts(record))
      .map((record) => breach(record, "was acknowledged in a transaction that was committed, and does not count"));
  }
  if (ending.outcome === "abort" || outcome === "aborted") {
    return records.filter(counts).map((record) => breach(record, "counts, and its transaction was not committed"));
  }
  const acked = records.filter(({ isAcked }) => isAcked);
  const odd = acked.find((record) => counts(record) !== counts(acked[0]!));
  return odd === undefined ? [] : [breach(odd, `counts otherwise than ${acked[0]!.step} of the same transaction`)];
}

function deletionOf(trial: TrialFacts, { outcome, partition }: Send): Permission | undefined {
  return outcome.kind === "acked" && outcome.offset !== null ? mayBeDeleted(trial, partition, outcome.offset) : undefined;
}

function permissionOf(trial: TrialFacts): { readonly permission?: Permission } {
  const permission = mayForgetTransactions(trial) ?? mayMixTransactions(trial);
  return permission === undefined ? {} : { permission };
}
