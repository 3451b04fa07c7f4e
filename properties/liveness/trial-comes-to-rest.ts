import type { Property } from "../property.ts";

/** When the trouble is over, everything else is: sends have outcomes, logs are equal, groups have caught up. */
export const trialComesToRest: Property = {
  id: "trial-comes-to-rest",
  sentence: "After healing, every send gets an outcome, replicas become equal and groups catch up, within a named time.",
  source: "delivery.timeout.ms, request.timeout.ms and session.timeout.ms bound every wait",
  expectation: "eventually",
  evidence: "client",
  blames: "broker",
  assumes: "every broker and every link is back",
  check: (trial) => ({
    judged: trial.end === undefined ? 0 : 1,
    breaches: trial.limitsReached.map(({ at, event }) => ({
      message: `The limit of the ${event.limit} phase was reached while waiting for ${event.waitedFor.join("; ")}.`,
      witness: [at],
    })),
  }),
};
