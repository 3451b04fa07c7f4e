/**
 * What the controllers decide about a partition: its leader, its ISR, who may lead next.
 *
 * A decision is one atomic step of the quorum here: which node of it writes, and how the others learn of it, is left out.
 * Elections are tried in the controller's order: from the ISR, from the eligible leader replicas, the last known leader, and
 * uncleanly. Which of several equals it takes, Kafka settles by the order of assignment; the model leaves it open.
 *
 * Sources: KIP-106 (unclean elections), KIP-497 and KIP-841 (who may be in the ISR), KIP-966 (eligible leader replicas).
 */

import type { ErrorName } from "../error-code.ts";
import { leaderEpoch as leaderEpochOf, noLeader } from "../ids.ts";
import type { BrokerId, TopicPartition } from "../ids.ts";
import { has, isSubset, membersOf, noBrokers, only, setOf, tellSet } from "./broker-set.ts";
import type { BrokerSet } from "./broker-set.ts";
import { answered, refusedController } from "./brokers.ts";
import type { Decided } from "./brokers.ts";
import type { Cleanup } from "./cleaning.ts";
import type { Decision } from "./decision.ts";
import { checkElr } from "./elr.ts";
import type { Guards } from "./guards.ts";
import { checkMembers, mended } from "./isr.ts";
import { emptyLog, upTo } from "./log.ts";
import { checkReplicas, emptyCopy } from "./placement.ts";
import { isActive, put, putAt, withCopy, withPartition } from "./state.ts";
import type { Assignment, ClusterState, Copy, PartitionState, Term } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

export type DecisionAction =
  /** A partition comes into being, with empty replicas. */
  | ({
      readonly kind: "create-partition";
      readonly minInsyncReplicas: number;
      readonly isUncleanAllowed: boolean;
      readonly cleanup: Cleanup;
      readonly hasElr: boolean;
    } & Decision)
  /** A leader from among the ISR, or none where nobody there is fit. */
  | ({ readonly kind: "elect-clean" } & Decision)
  /** The ISR is empty: a replica that has all that was committed, because nothing could be committed since (KIP-966). */
  | ({ readonly kind: "elect-from-elr" } & Decision)
  /** Nobody eligible is left: the one that led last, whatever it may have lost (KIP-966). */
  | ({ readonly kind: "elect-last-known-leader" } & Decision)
  /** A leader from outside the ISR, by the settings or by an administrator's wish: whatever it lacks is lost. */
  | ({ readonly kind: "elect-unclean" } & Decision)
  /** The leader stays, and ISR, eligible leaders or replicas change. */
  | ({ readonly kind: "change-isr" } & Decision)
  /** An administrator asks for an election that does not take place. */
  | ({
      readonly kind: "refuse-election";
      readonly partition: TopicPartition;
      readonly election: "preferred" | "unclean";
      readonly error: ErrorName;
    } & Decided);

type Of<Kind extends DecisionAction["kind"]> = Extract<DecisionAction, { readonly kind: Kind }>;

export function stepDecision(state: ClusterState, action: DecisionAction, guards: Guards): Step {
  if (action.kind === "create-partition") return createPartition(state, action);
  const partition = state.partitions.get(action.partition);
  if (partition === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `there is no ${action.partition}`);
  if (action.kind === "refuse-election") return refuseElection(state, action);
  const wrong =
    refusedController(state, action, guards) ??
    checkEpochs(partition, action, guards) ??
    checkReplicas(state, partition, action);
  if (wrong !== undefined) return wrong;
  switch (action.kind) {
    case "elect-clean":
      return electClean(state, partition, action, guards);
    case "elect-from-elr":
      return electFromElr(state, partition, action, guards);
    case "elect-last-known-leader":
      return electLastKnownLeader(state, partition, action, guards);
    case "elect-unclean":
      return electUnclean(state, partition, action, guards);
    case "change-isr":
      return checkMembers(state, partition, action, guards) ?? decide(state, partition, action, guards);
  }
}

function createPartition(state: ClusterState, action: Of<"create-partition">): Step {
  const { cleanup, isUncleanAllowed, hasElr, minInsyncReplicas, partition, ...decision } = action;
  const { isr, leader, leaderEpoch, partitionEpoch, replicas } = decision;
  const empty = emptyCopy(emptyLog(), leaderEpoch);
  const copies = replicas.reduce<readonly (Copy | undefined)[]>((all, broker) => putAt(all, broker, empty), []);
  const created: PartitionState = {
    replicas,
    adding: decision.adding,
    removing: decision.removing,
    assignments: [{ since: partitionEpoch, leaderEpoch, replicas: setOf(replicas) }],
    minInsyncReplicas,
    isUncleanAllowed,
    cleanup,
    hasElr,
    leader,
    leaderEpoch,
    isr,
    elr: decision.elr,
    lastKnownLeader: decision.lastKnownLeader,
    isRecovering: decision.isRecovering,
    partitionEpoch,
    copies,
    terms: putAt<Term>([], leaderEpoch, termOf(empty, decision)),
    isrs: putAt<BrokerSet>([], partitionEpoch, isr),
    proposals: [],
    committed: empty.log,
    lossyEpoch: leaderEpochOf(-1),
    expired: [],
  };
  return ok({ ...state, partitions: put(state.partitions, partition, created) });
}

const termOf = (
  { epochs, highWatermark, log, logStart }: Copy,
  { isr, leader, partitionEpoch }: Pick<Decision, "isr" | "leader" | "partitionEpoch">,
): Term => ({ leader, isr, partitionEpoch, hasBegun: false, log, epochs, logStart, highWatermark });

// --- elections ---------------------------------------------------------------------------------------------------------

function electClean(state: ClusterState, partition: PartitionState, action: Of<"elect-clean">, guards: Guards): Step {
  const { isr, leader } = action;
  const wrong = checkMembers(state, partition, action, guards);
  if (wrong !== undefined) return wrong;
  if (leader === noLeader) return decide(state, partition, action, guards);
  // Who has joined with the very proposal that completes a reassignment may be elected with it.
  const isCompletion = !isSubset(setOf(partition.replicas), setOf(action.replicas));
  if ((!has(partition.isr, leader) && !isCompletion) || !has(isr, leader)) {
    return refused("INELIGIBLE_REPLICA", () => `broker ${leader} is not in the ISR ${tellSet(partition.isr)}`);
  }
  return checkFit(state, leader, guards) ?? decide(state, partition, action, guards);
}

function electFromElr(state: ClusterState, partition: PartitionState, action: Of<"elect-from-elr">, guards: Guards): Step {
  const { isr, leader } = action;
  if (isAnyoneInSync(state, partition)) return refused("ELECTION_NOT_NEEDED", "a member of the ISR could lead");
  if (!has(partition.elr, leader)) {
    return refused("INELIGIBLE_REPLICA", () => `broker ${leader} is not among the eligible ${tellSet(partition.elr)}`);
  }
  const wrong = checkFit(state, leader, guards) ?? checkFreshIsr(isr, leader) ?? checkElr(state, partition, action);
  return wrong ?? decide(state, partition, action, guards);
}

function electLastKnownLeader(
  state: ClusterState,
  partition: PartitionState,
  action: Of<"elect-last-known-leader">,
  guards: Guards,
): Step {
  const { elr, isr: before, lastKnownLeader } = partition;
  const { isr, leader } = action;
  if (before !== noBrokers || elr !== noBrokers) return refused("ELECTION_NOT_NEEDED", "somebody eligible may come back");
  if (leader !== lastKnownLeader) return refused("INELIGIBLE_REPLICA", () => `broker ${lastKnownLeader} led last`);
  const wrong = checkFit(state, leader, guards) ?? checkFreshIsr(isr, leader);
  return wrong ?? decide(state, withPermittedLoss(partition, action), action, guards);
}

function electUnclean(state: ClusterState, partition: PartitionState, action: Of<"elect-unclean">, guards: Guards): Step {
  const { isr, leader } = action;
  const isPermitted = partition.isUncleanAllowed || action.isUncleanAsked === true;
  if (!isPermitted && guards["clean-election"]) {
    return refused("INELIGIBLE_REPLICA", () => `broker ${leader} is not in the ISR, and unclean elections are not enabled`);
  }
  if (isAnyoneInSync(state, partition)) return refused("ELECTION_NOT_NEEDED", "a member of the ISR could lead");
  const wrong = checkFit(state, leader, guards) ?? checkFreshIsr(isr, leader);
  if (wrong !== undefined) return wrong;
  return decide(state, isPermitted ? withPermittedLoss(partition, action) : partition, action, guards);
}

function refuseElection(state: ClusterState, action: Of<"refuse-election">): Step {
  const { election, error, partition } = action;
  return answered(state, action, (known) => {
    const expected = electionError(known, known.partitions.get(partition), election);
    return error === expected ? ok(state) : refused(expected, () => `the controller said ${error}`);
  });
}

function electionError(
  state: ClusterState,
  partition: PartitionState | undefined,
  election: "preferred" | "unclean",
): ErrorName {
  if (partition === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
  const { isr, leader, replicas } = partition;
  if (election === "unclean") {
    if (leader !== noLeader) return "ELECTION_NOT_NEEDED";
    return replicas.some((broker) => isActive(state, broker)) ? "NONE" : "ELIGIBLE_LEADERS_NOT_AVAILABLE";
  }
  const [preferred] = replicas;
  if (preferred === undefined || leader === preferred) return "ELECTION_NOT_NEEDED";
  return has(isr, preferred) && isActive(state, preferred) ? "NONE" : "PREFERRED_LEADER_NOT_AVAILABLE";
}

const isAnyoneInSync = (state: ClusterState, { isr }: PartitionState): boolean =>
  isr !== noBrokers && membersOf(isr).some((member) => isActive(state, member));

function checkFit(state: ClusterState, leader: BrokerId, guards: Guards): Step | undefined {
  if (isActive(state, leader) || !guards["leader-fit"]) return undefined;
  return refused("INELIGIBLE_REPLICA", () => `broker ${leader} is fenced or shutting down`);
}

const checkFreshIsr = (isr: BrokerSet, leader: BrokerId): Step | undefined =>
  isr === only(leader) ? undefined : refused("INVALID_UPDATE_VERSION", "the ISR starts over with the leader");

/** What the new leader lacks may be gone, and what leaders of before take for committed is void. */
function withPermittedLoss(partition: PartitionState, { leader, leaderEpoch }: Decision): PartitionState {
  const copy = partition.copies[leader];
  // A replica that is being added may not even have a log yet.
  const damaged = copy === undefined ? partition : withCopy(partition, leader, { ...copy, isDamaged: true });
  return { ...damaged, lossyEpoch: leaderEpoch };
}

// --- what holds of every decision --------------------------------------------------------------------------------------

type Change = Exclude<DecisionAction, Of<"create-partition" | "refuse-election">>;

function checkEpochs(partition: PartitionState, change: Change, guards: Guards): Step | undefined {
  const { leader, leaderEpoch, partitionEpoch } = change;
  const grows = change.kind === "change-isr" ? 0 : 1;
  if (grows === 0 && leaderEpoch === partition.leaderEpoch && leader !== partition.leader) {
    return refused("INVALID_UPDATE_VERSION", "another leader needs another epoch");
  }
  // A controller that was replaced and does not know it counts on from where it was.
  if (!guards["controller-epoch"]) return undefined;
  if (partitionEpoch !== partition.partitionEpoch + 1) {
    return refused("INVALID_UPDATE_VERSION", () => `the partition epoch is ${partition.partitionEpoch} and grows by one`);
  }
  if (leaderEpoch === partition.leaderEpoch + grows) return undefined;
  return refused("FENCED_LEADER_EPOCH", () => `the leader epoch is ${partition.leaderEpoch} and grows with each election`);
}

/** Takes the decision. */
function decide(state: ClusterState, before: PartitionState, decision: Decision, guards: Guards): Step {
  const { adding, elr, isRecovering, isr, lastKnownLeader, leader, leaderEpoch, partitionEpoch, removing, replicas } = decision;
  const isNewTerm = leaderEpoch !== before.leaderEpoch || leader !== before.leader;
  const elected = before.copies[leader] ?? emptyCopy(upTo(before.committed, 0), leaderEpoch);
  const after: PartitionState = {
    ...before,
    replicas,
    adding,
    removing,
    leader,
    leaderEpoch,
    isr,
    elr,
    lastKnownLeader,
    isRecovering,
    partitionEpoch,
    terms: isNewTerm ? putAt(before.terms, leaderEpoch, termOf(elected, decision)) : before.terms,
    isrs: putAt(before.isrs, partitionEpoch, isr),
    copies: mended(before, isr),
    assignments: assignmentsAfter(before, decision),
    // What was asked for from an earlier state is void, unless nobody compares.
    proposals: guards["partition-epoch"] ? noProposals : before.proposals,
  };
  return ok(withPartition(state, decision.partition, after));
}

const noProposals: PartitionState["proposals"] = [];

function assignmentsAfter({ assignments }: PartitionState, decision: Decision): readonly Assignment[] {
  const replicas = setOf(decision.replicas);
  if (assignments.at(-1)!.replicas === replicas) return assignments;
  return [...assignments, { since: decision.partitionEpoch, leaderEpoch: decision.leaderEpoch, replicas }];
}
