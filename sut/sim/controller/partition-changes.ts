/**
 * What happens to partitions when the standing of a broker changes, or a leader wants another ISR: as records of the metadata
 * log. Pure.
 */

import { noLeader } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import type { ElectionQuestion } from "../rules/leader-election.ts";
import type { Rules } from "../rules/rules.ts";
import type { MetadataImage, PartitionChange, PartitionRegistration } from "./metadata-image.ts";

type Changes = readonly PartitionChange[];

/** What is decided from. */
export interface DecisionContext {
  readonly image: MetadataImage;
  readonly rules: Rules;
  /** Whether `eligible.leader.replicas.version` is 1: replicas outside the ISR may be eligible, and the ISR may be empty. */
  readonly hasElr: boolean;
}

const nobody: readonly BrokerId[] = [];

/**
 * A broker is fenced, shuts down or starts again: it leaves every ISR, without eligible leader replicas only those in which it
 * is not alone, and leads no more. One that starts again uncleanly is not eligible either.
 */
export function removeFromService(
  context: DecisionContext,
  broker: BrokerId,
  { isUnclean }: { readonly isUnclean: boolean } = { isUnclean: false },
): Changes {
  const isAcceptable = (other: BrokerId): boolean => other !== broker && context.image.isActive(other);
  const uncleanlyRestarted = isUnclean ? [broker] : nobody;
  const changes: PartitionChange[] = [];
  for (const partition of context.image.partitions.values()) {
    const { elr, isr, leader } = partition;
    if (!isr.includes(broker) && leader !== broker && !(isUnclean && elr.includes(broker))) continue;
    const others = isr.filter((member) => member !== broker);
    const newIsr = others.length > 0 || context.hasElr ? others : isr;
    changes.push(...decide(context, partition, { isr: newIsr, kind: "online", isAcceptable, uncleanlyRestarted }));
  }
  return changes;
}

/**
 * Partitions without a leader can have one now: because a broker returns to service, or because nobody is eligible any more and
 * so the leader that was known last may lead.
 */
export function electMissingLeaders(context: DecisionContext, returning: BrokerId = noLeader): Changes {
  const isAcceptable = (broker: BrokerId): boolean => broker === returning || context.image.isActive(broker);
  const leaderless = [...context.image.partitions.values()].filter(({ leader }) => leader < 0);
  return leaderless.flatMap((partition) => decide(context, partition, { isr: partition.isr, kind: "online", isAcceptable }));
}

/** An administrator wants the preferred leader back. Empty where that changes nothing. */
export function preferLeader(context: DecisionContext, partition: PartitionRegistration): Changes {
  const isAcceptable = (broker: BrokerId): boolean => context.image.isActive(broker);
  return decide(context, partition, { isr: partition.isr, kind: "preferred", isAcceptable });
}

/** An administrator wants somebody to lead, in sync or not. Empty where nobody is alive. */
export function electAnybody(context: DecisionContext, partition: PartitionRegistration): Changes {
  const isAcceptable = (broker: BrokerId): boolean => context.image.isActive(broker);
  const decision: Decision = { isr: partition.isr, kind: "online", isAcceptable, isUncleanAsked: true };
  return decide(context, partition, decision).map((change) => ({ ...change, isUncleanAsked: true }));
}

/**
 * A leader's proposal is granted. That it made one says that it has recovered, however it was elected. Where that completes a
 * reassignment the leader may be another one afterwards.
 */
export function alterIsr(
  context: DecisionContext,
  partition: PartitionRegistration,
  isr: readonly BrokerId[],
): PartitionChange {
  if (context.rules.finishedReassignment({ ...partition, isr }) !== undefined) {
    const isAcceptable = (broker: BrokerId): boolean => context.image.isActive(broker);
    const completed = decide(context, { ...partition, isRecovering: false }, { isr, kind: "online", isAcceptable })[0]!;
    return partition.isRecovering ? { isRecovering: false, ...completed } : completed;
  }
  return {
    type: "PartitionChangeRecord",
    topic: partition.topic,
    partitionId: partition.index,
    isr,
    ...(context.hasElr && { elr: elrWith(context, partition, isr, nobody) }),
    ...(partition.isRecovering && { isRecovering: false }),
  };
}

type Placement = Pick<PartitionRegistration, "replicas" | "addingReplicas" | "removingReplicas">;

/** What is to become of a partition; its replicas stay where nothing is said of them. */
interface Decision extends Pick<ElectionQuestion, "kind" | "isAcceptable">, Partial<Placement> {
  readonly isr: readonly BrokerId[];
  readonly uncleanlyRestarted?: readonly BrokerId[];
  /** An unclean election will do, whatever the settings say. */
  readonly isUncleanAsked?: boolean;
}

/** Decides on a partition as a whole: whether a reassignment is over, who is eligible, who leads. */
export function decide(context: DecisionContext, before: PartitionRegistration, decision: Decision): Changes {
  const { isAcceptable, isUncleanAsked = false, kind, uncleanlyRestarted = nobody } = decision;
  const { leader, topic } = before;
  const { isr, ...placement } = placed(context, before, decision);
  const { replicas } = placement;
  // Kafka may find nobody eligible and elect the last known leader in one record. Here these are two, so that the history tells
  // one from the other.
  const lastKnownLeader = before.isr.length === 0 && before.elr.length === 0 ? before.lastKnownLeader : noLeader;
  const elr = elrWith(context, { ...before, replicas }, isr, uncleanlyRestarted);
  const uncleanAllowed = isUncleanAsked || context.image.topics.get(topic)!.config["unclean.leader.election.enable"];
  const question = { kind, replicas, isr, elr, leader, lastKnownLeader, uncleanAllowed, isAcceptable };
  const election = context.rules.electLeader(question);
  const isAlone = election.isUnclean || elr.includes(election.leader);
  return changesOf(before, {
    ...placement,
    isr: isAlone ? [election.leader] : isr,
    elr: election.isUnclean ? nobody : elr.filter((broker) => broker !== election.leader),
    leader: election.leader,
    lastKnownLeader: context.hasElr && election.leader < 0 ? lastLeaderOf(before) : noLeader,
    isRecovering: before.isRecovering || election.isUnclean,
  });
}

function placed(
  { rules }: DecisionContext,
  { addingReplicas: adding, removingReplicas: removing, replicas: present }: Placement,
  { addingReplicas = adding, isr, removingReplicas = removing, replicas = present }: Decision,
): Placement & Pick<Decision, "isr"> {
  const finished = rules.finishedReassignment({ replicas, addingReplicas, removingReplicas, isr });
  if (finished === undefined) return { replicas, addingReplicas, removingReplicas, isr };
  return { ...finished, addingReplicas: nobody, removingReplicas: nobody };
}

/** Only who led when the partition lost its leader has been known to have everything. */
const lastLeaderOf = ({ lastKnownLeader, leader }: PartitionRegistration): BrokerId => (leader >= 0 ? leader : lastKnownLeader);

function elrWith(
  { hasElr, image, rules }: DecisionContext,
  { elr, isr, replicas, topic }: PartitionRegistration,
  newIsr: readonly BrokerId[],
  uncleanlyRestarted: readonly BrokerId[],
): readonly BrokerId[] {
  if (!hasElr) return nobody;
  const minIsr = Math.min(image.topics.get(topic)!.config["min.insync.replicas"], replicas.length);
  const eligible = rules.nextElr({ isr, elr, newIsr, minIsr, uncleanlyRestarted });
  return eligible.every((broker) => replicas.includes(broker)) ? eligible : eligible.filter((id) => replicas.includes(id));
}

type Decided = Placement & Pick<PartitionRegistration, "isr" | "elr" | "leader" | "lastKnownLeader" | "isRecovering">;

/** Only what is new goes into the record. When a replica goes, a new term begins also where the leader stays. */
function changesOf(before: PartitionRegistration, after: Decided): Changes {
  const isAnyoneGone = before.replicas !== after.replicas && before.replicas.some((id) => !after.replicas.includes(id));
  const fields = {
    ...(!areSame(before.replicas, after.replicas) && { replicas: after.replicas }),
    ...(!areSame(before.addingReplicas, after.addingReplicas) && { addingReplicas: after.addingReplicas }),
    ...(!areSame(before.removingReplicas, after.removingReplicas) && { removingReplicas: after.removingReplicas }),
    ...(!areSame(before.isr, after.isr) && { isr: after.isr }),
    ...(!areSame(before.elr, after.elr) && { elr: after.elr }),
    ...((isAnyoneGone || before.leader !== after.leader) && { leader: after.leader }),
    ...(before.lastKnownLeader !== after.lastKnownLeader && { lastKnownLeader: after.lastKnownLeader }),
    ...(before.isRecovering !== after.isRecovering && { isRecovering: after.isRecovering }),
  };
  if (Object.keys(fields).length === 0) return [];
  return [{ type: "PartitionChangeRecord", topic: before.topic, partitionId: before.index, ...fields }];
}

const areSame = (left: readonly BrokerId[], right: readonly BrokerId[]): boolean =>
  left.length === right.length && left.every((member, at) => member === right[at]);
