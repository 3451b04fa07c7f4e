/** When a group may go wrong with nobody to blame: what Kafka's group protocol does not promise. */

import type { ClientId } from "../model/ids.ts";
import type { GroupOptions } from "../model/schedule.ts";
import type { TrialFacts } from "./facts/trial-facts.ts";
import type { Permission } from "./verdict.ts";

/**
 * Why a partition may be nobody's for as long as the group has no reason to rebalance; undefined where it may not.
 *
 * A cooperative rebalance is two: whoever has given partitions back asks for the second, which gives them to somebody (KIP-429). Where that
 * member dies in between, and is back before its session is over, a static one is given its place without a rebalance (KIP-345): it no
 * longer knows that it had something to ask for, and nobody else does.
 */
export function mayStayUnowned(trial: TrialFacts, { config, instances = {} }: GroupOptions): Permission | undefined {
  if (config["partition.assignment.strategy"] !== "cooperative-sticky") return undefined;
  if (!Object.keys(instances).some((member) => hasDiedBetweenRebalances(trial, member))) return undefined;
  return {
    setting: "group.instance.id with partition.assignment.strategy=cooperative-sticky",
    why: "a static member had given partitions back, and died before it asked for the rebalance that gives them to somebody",
  };
}

function hasDiedBetweenRebalances({ history }: TrialFacts, member: ClientId): boolean {
  /** In which generation the member has given something back, and has not been assigned anything in a later one. */
  let owes: number | undefined;
  let hasGivenBack = false;
  for (const event of history) {
    if (!("client" in event) || event.client !== member) continue;
    if (event.kind === "revoked") hasGivenBack = event.partitions.length > 0;
    else if (event.kind === "assigned") {
      owes = hasGivenBack ? event.generation : undefined;
      hasGivenBack = false;
    } else if ((event.kind === "client-killed" || event.kind === "client-stopped") && owes !== undefined) return true;
  }
  return false;
}
