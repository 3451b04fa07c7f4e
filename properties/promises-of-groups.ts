/** When a group may go wrong with nobody to blame: what Kafka's group protocol does not promise. */

import { offsetsTopic, topicOf } from "../model/ids.ts";
import type { BrokerId, ClientId, TopicPartition } from "../model/ids.ts";
import type { GroupOptions } from "../model/schedule.ts";
import type { TrialFacts } from "./facts/trial-facts.ts";
import { makesZombies } from "./promises.ts";
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

/**
 * Why a static member may be fenced, at this place of the history, with nobody in its place; undefined where it may not.
 *
 * Nothing in a heartbeat or a commit names the coordinator's term. One that has been deposed and does not know it knows the member by
 * its former id, and tells it, for good, that another process has its `group.instance.id` (KIP-345).
 */
export function mayMeetFormerCoordinator(trial: TrialFacts, at: number): Permission | undefined {
  const { cluster } = trial;
  const wasThere = cluster.hasBrokerEvidence
    ? hasFormerCoordinator(trial, at)
    : cluster.faults.some(({ event }) => makesZombies.has(event.fault));
  if (!wasThere) return undefined;
  return {
    setting: "heartbeats and commits name no term of the coordinator",
    why: "a coordinator that had been deposed and did not know it knew the member by its former id",
  };
}

/** By brokers' evidence: does a broker take itself for the leader of a coordinators' log whom the controller has replaced? */
function hasFormerCoordinator({ cluster, history }: TrialFacts, at: number): boolean {
  const leading = new Map<TopicPartition, Set<BrokerId>>();
  for (const event of history.slice(0, at)) {
    if (event.kind === "broker-down") for (const brokers of leading.values()) brokers.delete(event.broker);
    else if (event.kind === "became-follower") leading.get(event.partition)?.delete(event.broker);
    else if (event.kind === "became-leader" && topicOf(event.partition) === offsetsTopic) {
      leading.set(event.partition, (leading.get(event.partition) ?? new Set()).add(event.broker));
    }
  }
  return [...leading].some(([partition, brokers]) => {
    const leader = cluster.changes.get(partition)?.findLast((change) => change.at < at)?.event.leader;
    return [...brokers].some((broker) => broker !== leader);
  });
}
