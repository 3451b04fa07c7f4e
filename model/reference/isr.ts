/**
 * The ISR: leaders ask for another one, controllers grant it or not, leaders learn of it.
 *
 * Sources: KIP-497 (`AlterPartition` as a compare-and-swap), KIP-841 and KIP-903 (who may be in it), KAFKA-7128 (when a replica
 * may join), KIP-966 (uncleanly restarted brokers leave).
 */

import type { ErrorName } from "../error-code.ts";
import type { BrokerId, PartitionEpoch, TopicPartition } from "../ids.ts";
import { has, isSubset, membersOf, noBrokers, minus, setOf, tellSet } from "./broker-set.ts";
import type { BrokerSet } from "./broker-set.ts";
import { answered, senderError } from "./brokers.ts";
import type { Decided } from "./brokers.ts";
import type { Decision } from "./decision.ts";
import { checkElr } from "./elr.ts";
import type { Guards } from "./guards.ts";
import { beginsWith } from "./log.ts";
import { isActive, withCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, LeaderRole, PartitionState, Proposal } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

export type IsrAction =
  | {
      readonly kind: "propose-isr";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly isr: BrokerSet;
      /** By broker; undefined where the leader says what it knows. */
      readonly brokerEpochs?: readonly (number | undefined)[];
    }
  /** The controller does not grant what a leader has asked for. */
  | ({
      readonly kind: "refuse-isr";
      readonly partition: TopicPartition;
      readonly proposal: Proposal;
      /** Of the process that asked; undefined where it is the present one. */
      readonly brokerEpoch?: number;
      readonly error: ErrorName;
    } & Decided)
  /** A leader learns how the ISR stands, from the answer to its proposal or from the metadata log. */
  | {
      readonly kind: "adopt-isr";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly isr: BrokerSet;
      readonly partitionEpoch: PartitionEpoch;
    };

type Of<Kind extends IsrAction["kind"]> = Extract<IsrAction, { readonly kind: Kind }>;

export function stepIsr(state: ClusterState, action: IsrAction, guards: Guards): Step {
  const partition = state.partitions.get(action.partition);
  if (partition === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `there is no ${action.partition}`);
  switch (action.kind) {
    case "propose-isr":
      return proposeIsr(state, partition, action, guards);
    case "refuse-isr":
      return refuseIsr(state, partition, action, guards);
    case "adopt-isr":
      return adoptIsr(state, partition, action);
  }
}

function proposeIsr(state: ClusterState, partition: PartitionState, action: Of<"propose-isr">, guards: Guards): Step {
  const { broker, isr } = action;
  const copy = partition.copies[broker];
  if (copy?.role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  const { role } = copy;
  if (role.proposed !== undefined) return refused("INVALID_UPDATE_VERSION", "another proposal is under way");
  if (!has(isr, broker)) return refused("INELIGIBLE_REPLICA", "a leader does not put itself out");
  for (const member of membersOf(minus(isr, role.isr))) {
    const wrong = checkCaughtUp(copy, role, member, guards);
    if (wrong !== undefined) return wrong;
  }
  const brokerEpochs = action.brokerEpochs ?? role.fetched.map((fetched) => fetched?.brokerEpoch);
  const { epoch: leaderEpoch, partitionEpoch } = role;
  const proposal: Proposal = { leader: broker, leaderEpoch, partitionEpoch, isr, brokerEpochs };
  const asked = withCopy(partition, broker, { ...copy, role: { ...role, proposed: isr } });
  return ok(withPartition(state, action.partition, { ...asked, proposals: [...partition.proposals, proposal] }));
}

/** A follower may join with everything that is committed, and with everything that the leader began its term with. */
function checkCaughtUp(copy: Copy, role: LeaderRole, member: BrokerId, guards: Guards): Step | undefined {
  const fetched = role.fetched[member]?.offset ?? -1;
  const start = guards["epoch-start"] ? role.epochStartOffset : 0;
  if (fetched >= copy.highWatermark && fetched >= start) return undefined;
  const needed = (): string => `of watermark ${copy.highWatermark} and epoch start ${role.epochStartOffset}`;
  return refused("INELIGIBLE_REPLICA", () => `replica ${member} has fetched up to ${fetched}, ${needed()}`);
}

function refuseIsr(state: ClusterState, partition: PartitionState, action: Of<"refuse-isr">, guards: Guards): Step {
  const { brokerEpoch, error, proposal } = action;
  return answered(state, action, (known) => {
    const ofSender = brokerEpoch === undefined ? undefined : senderError(known, proposal.leader, brokerEpoch);
    const decided = known.partitions.get(action.partition);
    const ofProposal = decided === undefined ? "UNKNOWN_TOPIC_OR_PARTITION" : proposalError(known, decided, proposal, guards);
    const expected = ofSender ?? ofProposal;
    if (error !== expected) return refused(expected ?? "NONE", () => `the controller said ${error}`);
    const proposals = partition.proposals.filter((one) => !isSameProposal(one, proposal));
    return ok(withPartition(state, action.partition, { ...partition, proposals }));
  });
}

/** Why a proposal is not granted; undefined where it is. */
export function proposalError(
  state: ClusterState,
  partition: PartitionState,
  proposal: Proposal,
  guards: Guards,
): ErrorName | undefined {
  const { isr, leader, leaderEpoch, partitionEpoch } = proposal;
  if (guards["partition-epoch"]) {
    if (leaderEpoch !== partition.leaderEpoch || leader !== partition.leader) return "FENCED_LEADER_EPOCH";
    if (partitionEpoch !== partition.partitionEpoch) return "INVALID_UPDATE_VERSION";
  }
  if (!isSubset(isr, setOf(partition.replicas))) return "INVALID_REQUEST";
  const isUnfit = membersOf(isr).some((member) => member !== leader && !isEligible(state, proposal, member, guards));
  return isUnfit ? "INELIGIBLE_REPLICA" : undefined;
}

function isEligible(state: ClusterState, { brokerEpochs }: Proposal, member: BrokerId, guards: Guards): boolean {
  const known = state.brokers[member];
  if (known === undefined) return false;
  if (guards["isr-member-fit"] && (known.isFenced || known.isShuttingDown)) return false;
  // A leader that has not heard from a member of its ISR yet cannot say as which process; nobody else needs that member's word.
  const heardFrom = brokerEpochs[member] ?? -1;
  return !guards["broker-epoch"] || heardFrom < 0 || heardFrom === known.brokerEpoch;
}

function adoptIsr(state: ClusterState, partition: PartitionState, action: Of<"adopt-isr">): Step {
  const { broker, isr, partitionEpoch } = action;
  const copy = partition.copies[broker];
  if (copy?.role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  if (partition.isrs[partitionEpoch] !== isr) {
    return refused("INVALID_UPDATE_VERSION", () => `that ISR was not decided with partition epoch ${partitionEpoch}`);
  }
  const { partitionEpoch: known } = copy.role;
  if (partitionEpoch < known) {
    return refused("INVALID_UPDATE_VERSION", () => `the leader knows of partition epoch ${known} already`);
  }
  if (partitionEpoch === known && isUndecided(partition, broker, copy.role)) {
    return refused("INVALID_UPDATE_VERSION", "its proposal is still under way, and this is no news");
  }
  const role: LeaderRole = { ...copy.role, isr, partitionEpoch, proposed: undefined };
  return ok(withPartition(state, action.partition, withCopy(partition, broker, { ...copy, role })));
}

/** The controller has neither granted nor refused what the leader has asked for. */
function isUndecided(
  { proposals }: PartitionState,
  leader: BrokerId,
  { epoch, partitionEpoch, proposed }: LeaderRole,
): boolean {
  if (proposed === undefined) return false;
  const asked = { leader, leaderEpoch: epoch, partitionEpoch, isr: proposed };
  return proposals.some((one) => isSameProposal(one, asked));
}

/** An ISR changes because the leader has asked for just that, or because members are not fit for it any more. */
export function checkMembers(
  state: ClusterState,
  partition: PartitionState,
  decision: Decision,
  guards: Guards,
): Step | undefined {
  const { isr, leader } = decision;
  if (isr === noBrokers && !partition.hasElr) return refused("INELIGIBLE_REPLICA", "the ISR must not be empty");
  if (leader >= 0 && !has(isr, leader)) return refused("INELIGIBLE_REPLICA", "the leader is in the ISR");
  // A reassignment that is completed takes the old replicas out of what was asked for.
  const gone = minus(setOf(partition.replicas), setOf(decision.replicas));
  const isFor = (one: Proposal): boolean => minus(one.isr, gone) === isr;
  const isProposed = (): boolean => partition.proposals.some((one) => isFor(one) && isAsked(state, partition, one, guards));
  if (isr !== partition.isr && !isProposed()) {
    const [member] = membersOf(minus(isr, partition.isr));
    if (member !== undefined)
      return refusedMember(state, { partition, asked: partition.proposals.find(isFor), member }, guards);
    const { replicas } = decision;
    const kept = membersOf(minus(partition.isr, isr)).find(
      (member) => isActive(state, member) && replicas.includes(member) && !state.brokers[member]!.isUnclean,
    );
    if (kept !== undefined) {
      return refused("INVALID_UPDATE_VERSION", () => `broker ${kept} is fit, and nobody asked it to leave`);
    }
  }
  if (partition.isRecovering && decision.isRecovering && !isSubset(isr, partition.isr)) {
    return refused("INVALID_REQUEST", "the leader has not recovered yet");
  }
  return checkElr(state, partition, decision);
}

const isAsked = (state: ClusterState, partition: PartitionState, proposal: Proposal, guards: Guards): boolean =>
  proposalError(state, partition, proposal, guards) === undefined;

function refusedMember(
  state: ClusterState,
  {
    asked,
    member,
    partition,
  }: {
    readonly partition: PartitionState;
    readonly asked: Proposal | undefined;
    readonly member: BrokerId;
  },
  guards: Guards,
): Step {
  const error = asked === undefined ? "INELIGIBLE_REPLICA" : (proposalError(state, partition, asked, guards) ?? "NONE");
  if (asked === undefined) return refused(error, () => `nobody asked for broker ${member}`);
  return refused(error, () => `the ISR ${tellSet(asked.isr)} was asked for and cannot be granted`);
}

/**
 * A damaged replica that comes into the ISR has fetched again what it had lost: unless it was asked for before it lost it, and
 * the leader still counts on what it had then.
 */
export function mended({ committed, copies, isr: before }: PartitionState, isr: BrokerSet): PartitionState["copies"] {
  const isCountedOn = (broker: number, end: number): boolean =>
    copies.some((copy) => copy?.role.kind === "leader" && (copy.role.fetched[broker]?.offset ?? 0) > end);
  const isMended = (copy: Copy | undefined, broker: number): copy is Copy =>
    copy?.isDamaged === true &&
    (before & (1 << broker)) === 0 &&
    (isr & (1 << broker)) !== 0 &&
    beginsWith(copy.log, committed) &&
    !isCountedOn(broker, copy.log.end);
  if (!copies.some(isMended)) return copies;
  return copies.map((copy, broker) => (isMended(copy, broker) ? { ...copy, isDamaged: false } : copy));
}

const isSameProposal = (left: Proposal, right: Omit<Proposal, "brokerEpochs">): boolean =>
  left.leader === right.leader &&
  left.leaderEpoch === right.leaderEpoch &&
  left.partitionEpoch === right.partitionEpoch &&
  left.isr === right.isr;
