import { conformanceOf } from "../../model/conformance/monitor.ts";
import type { Action } from "../../model/reference/actions.ts";
import type { Conformance } from "../../model/conformance/monitor.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** The strongest detector: it sees a wrong step when it is taken, long before it costs anybody a record. */
export const brokersFollowTheModel: Property = {
  id: "brokers-follow-the-model",
  sentence: "Everything that a broker does is something that the reference model would do, and leaves every invariant whole.",
  source: "the reference model, and through it the KIPs that its actions name",
  expectation: "always",
  evidence: "broker",
  blames: "broker",
  assumes: "nothing: the model knows what the settings permit",
  check: (trial) => {
    if (!trial.cluster.hasBrokerEvidence) return { judged: 0, breaches: [] };
    const conformance = conformanceOf(trial.history, {
      settingsOf: (partition) => trial.cluster.settingsOf(partition),
      hasElr: trial.cluster.hasElr,
    });
    if (conformance.kind !== "conforms") return { judged: 1, breaches: [breachOf(conformance)] };
    const { exercised } = conformance;
    return { judged: [...exercised.values()].reduce((sum, count) => sum + count, 0), breaches: [], exercised };
  },
};

function breachOf(found: Exclude<Conformance, { readonly kind: "conforms" }>): Breach {
  if (found.kind === "breaks") {
    const message = `${found.invariant} is broken, ${lowerFirst(found.sentence)} ${found.because}.`;
    return { message, witness: [found.at], variant: found.invariant };
  }
  const { action, at, because, error } = found;
  const where = "partition" in action ? ` of ${action.partition}` : ` of ${"group" in action ? action.group : "the cluster"}`;
  const partition = "partition" in action ? { partition: action.partition } : {};
  return {
    message: `${doerOf(action)} did ${action.kind}${where}, which the model refuses with ${error}: ${because}.`,
    witness: [at],
    variant: `${action.kind} ${error}`,
    ...partition,
  };
}

/** Decisions are the controllers', and so are refusals of elections and ISRs. */
const doerOf = (action: Action): string => ("broker" in action ? `Broker ${action.broker}` : "The controller");

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
