import type { StepId } from "../../model/ids.ts";
import { hasTransactions } from "../../model/schedule.ts";
import type { TrialFacts } from "./trial-facts.ts";

/** Sends of producers with transactions, but for those of which their producer was told that they are committed. */
export function uncommittedSteps({ options, sends, transactions }: TrialFacts): ReadonlySet<StepId> {
  const transactional = new Set(options.producers.filter(hasTransactions).map(({ id }) => id));
  const found = new Set<StepId>();
  if (transactional.size === 0) return found;
  for (const { client, step } of sends.values()) if (transactional.has(client)) found.add(step);
  for (const { ending, outcome } of transactions) {
    if (outcome === "committed") for (const step of ending.steps) found.delete(step);
  }
  return found;
}
