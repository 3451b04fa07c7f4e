import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** When the trouble is over, rebalancing is too. */
export const groupSettles: Property = {
  id: "group-settles",
  sentence: "After healing, each group is stable and its members are exactly those that run.",
  source: "the classic group protocol: session and rebalance timeouts bound every wait (KAFKA-12890)",
  expectation: "eventually",
  evidence: "client",
  blames: "broker",
  assumes: "every broker and every link is back",
  check: (trial) => {
    const breaches: Breach[] = [];
    const groups = trial.end?.groups ?? [];
    for (const { group, members, running, state } of groups) {
      const isWhole = members.length === running.length && running.every((client) => members.includes(client));
      if (isWhole && state === (running.length > 0 ? "Stable" : "Empty")) continue;
      breaches.push({
        message: `${group} is ${state} with members ${list(members)}, while ${list(running)} run.`,
        witness: [trial.history.length - 1],
      });
    }
    return { judged: groups.length, breaches };
  },
};

const list = (clients: readonly string[]): string => (clients.length === 0 ? "none" : clients.join(", "));
