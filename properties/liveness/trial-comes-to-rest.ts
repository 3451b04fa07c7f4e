import { readsCommitted } from "../../model/settings.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import { mayForgetTransactions, mayLoseCommitted } from "../promises.ts";
import { mayMissMarkers } from "../promises-of-cleaning.ts";
import { mayStayUnowned } from "../promises-of-groups.ts";
import type { Property } from "../property.ts";
import type { Permission } from "../verdict.ts";

/** When the trouble is over, everything else is: sends have outcomes, logs are equal, groups have caught up. */
export const trialComesToRest: Property = {
  id: "trial-comes-to-rest",
  sentence: "After healing, every send gets an outcome, replicas become equal and groups catch up, within a named time.",
  source: "delivery.timeout.ms, request.timeout.ms and session.timeout.ms bound every wait",
  expectation: "eventually",
  evidence: "client",
  blames: "broker",
  assumes:
    "every broker and every link is back; no replica has missed or lost a marker, and no partition stays without an owner, with permission",
  check: (trial) => {
    const permission = trial.limitsReached.length === 0 ? undefined : mayHang(trial);
    return {
      judged: trial.end === undefined ? 0 : 1,
      breaches: trial.limitsReached.map(({ at, event }) => ({
        message: `The limit of the ${event.limit} phase was reached while waiting for ${event.waitedFor.join("; ")}.`,
        witness: [at],
        ...(permission !== undefined && { permission }),
      })),
    };
  },
};

/** Why a group may not catch up, or consumers that read what is committed wait for ever in some partition. */
function mayHang(trial: TrialFacts): Permission | undefined {
  for (const group of trial.options.groups) {
    const permission = mayStayUnowned(trial, group);
    if (permission !== undefined) return permission;
  }
  const forgotten = hasCommittedReaders(trial) ? mayForgetTransactions(trial) : undefined;
  if (forgotten !== undefined) return forgotten;
  for (const [partition, { records }] of trial.logs) {
    const lostMarker = records.some(({ fate }) => fate === "open") ? mayLoseCommitted(trial, partition) : undefined;
    const permission = lostMarker ?? mayMissMarkers(trial, partition);
    if (permission !== undefined) return permission;
  }
  return undefined;
}

const hasCommittedReaders = ({ options }: TrialFacts): boolean => options.groups.some(({ config }) => readsCommitted(config));
