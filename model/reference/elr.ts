/** Eligible leader replicas (KIP-966). */

import { intersection, isSubset, membersOf, minus, noBrokers, setOf, sizeOf, tellSet, union } from "./broker-set.ts";
import type { BrokerSet } from "./broker-set.ts";
import type { Decision } from "./decision.ts";
import { isActive } from "./state.ts";
import type { ClusterState, PartitionState } from "./state.ts";
import { refused } from "./step.ts";
import type { Step } from "./step.ts";

/** Who can be eligible beside this ISR, as far as it depends on the ISR alone. */
export function elrCandidates(partition: PartitionState, isr: BrokerSet, replicas: number): BrokerSet {
  const minIsr = Math.min(partition.minInsyncReplicas, replicas);
  return sizeOf(isr) >= minIsr ? noBrokers : minus(union(partition.elr, partition.isr), isr);
}

/**
 * While fewer than min.insync.replicas are in sync nothing is committed, so whoever was in sync until then has everything that
 * is: they are eligible to lead, unless they came back uncleanly.
 */
export function checkElr(state: ClusterState, partition: PartitionState, { elr, isr, replicas }: Decision): Step | undefined {
  if (!partition.hasElr) return elr === noBrokers ? undefined : refused("INVALID_REQUEST", "eligible leaders are not kept");
  const candidates = intersection(elrCandidates(partition, isr, replicas.length), setOf(replicas));
  if (!isSubset(elr, candidates)) {
    return refused("INELIGIBLE_REPLICA", () => `only ${tellSet(candidates)} can be eligible, and not all of ${tellSet(elr)}`);
  }
  const forgotten = membersOf(minus(candidates, elr)).find((broker) => isActive(state, broker));
  if (forgotten === undefined || state.brokers[forgotten]!.isUnclean) return undefined;
  return refused("INVALID_UPDATE_VERSION", () => `broker ${forgotten} is fit and stays eligible`);
}
