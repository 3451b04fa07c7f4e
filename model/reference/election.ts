/**
 * What the controllers decide about a partition, and how replicas take up their roles.
 *
 * A decision is one atomic step of the quorum here: which node of it writes, and how the others learn of it, is left out.
 * Sources: KIP-106 (unclean elections), KIP-497 and KIP-841 (who may be in the ISR), KAFKA-7128 (when a replica may join).
 */

import { leaderEpoch as leaderEpochOf, noLeader, offset } from "../ids.ts";
import type { BrokerId, LeaderEpoch, PartitionEpoch, TopicPartition } from "../ids.ts";
import { withCopy, withPartition } from "./replication.ts";
import type { AtReplica } from "./replication.ts";
import { SmallMap } from "./small-map.ts";
import { beginsWith, endOf, isActive, proposalKey, put } from "./state.ts";
import type { ClusterState, Copy, Entry, LeaderRole, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

interface Decision {
  readonly partition: TopicPartition;
  readonly leader: BrokerId;
  readonly leaderEpoch: LeaderEpoch;
  readonly isr: readonly BrokerId[];
  readonly partitionEpoch: PartitionEpoch;
}

export type ElectionAction =
  /** A partition comes into being, with empty replicas. */
  | ({
      readonly kind: "create-partition";
      readonly replicas: readonly BrokerId[];
      readonly minIsr: number;
      readonly isUncleanAllowed: boolean;
    } & Decision)
  /** Another leader from among the ISR, or none where nobody there is fit. */
  | ({ readonly kind: "elect-clean" } & Decision)
  /** A leader from outside the ISR: whatever it lacks is lost. */
  | ({ readonly kind: "elect-unclean" } & Decision)
  /** The leader stays and the ISR changes. */
  | ({ readonly kind: "change-isr" } & Decision)
  | ({
      readonly kind: "become-leader";
      readonly epoch: LeaderEpoch;
      readonly isr: readonly BrokerId[];
      readonly partitionEpoch: PartitionEpoch;
    } & AtReplica)
  | ({ readonly kind: "become-follower"; readonly epoch: LeaderEpoch; readonly leader: BrokerId } & AtReplica)
  | ({ readonly kind: "propose-isr"; readonly isr: readonly BrokerId[] } & AtReplica)
  | ({ readonly kind: "adopt-isr"; readonly isr: readonly BrokerId[]; readonly partitionEpoch: PartitionEpoch } & AtReplica);

type Of<Kind extends ElectionAction["kind"]> = Extract<ElectionAction, { readonly kind: Kind }>;

export function stepElection(state: ClusterState, action: ElectionAction): Step {
  if (action.kind === "create-partition") return createPartition(state, action);
  const partition = state.partitions.get(action.partition);
  if (partition === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", `there is no ${action.partition}`);
  switch (action.kind) {
    case "elect-clean":
      return electClean(state, partition, action);
    case "elect-unclean":
      return electUnclean(state, partition, action);
    case "change-isr":
      return changeIsr(state, partition, action);
    case "become-leader":
    case "become-follower":
      return takeRole(state, partition, action);
    case "propose-isr":
      return proposeIsr(state, partition, action);
    case "adopt-isr":
      return adoptIsr(state, partition, action);
  }
}

function createPartition(state: ClusterState, action: Of<"create-partition">): Step {
  const { isr, isUncleanAllowed, leader, leaderEpoch, minIsr, partition, partitionEpoch, replicas } = action;
  const empty: Copy = {
    log: [],
    highWatermark: offset(0),
    role: { kind: "idle" },
    producers: new SmallMap(),
    isDamaged: false,
  };
  const created: PartitionState = {
    replicas,
    minIsr: Math.min(minIsr, replicas.length),
    isUncleanAllowed,
    leader,
    leaderEpoch,
    isr,
    partitionEpoch,
    copies: new SmallMap(replicas.map((broker) => [broker, empty])),
    terms: new SmallMap([[leaderEpoch, { leader, log: [], highWatermark: offset(0) }]]),
    isrHistory: new SmallMap([[partitionEpoch, isr]]),
    proposals: new SmallMap(),
    committed: [],
    lossyEpoch: leaderEpochOf(-1),
  };
  return ok({ ...state, partitions: put(state.partitions, partition, created) });
}

// --- decisions of the controllers --------------------------------------------------------------------------------------

function electClean(state: ClusterState, partition: PartitionState, action: Of<"elect-clean">): Step {
  const { isr, leader } = action;
  const wrong = checkEpochs(partition, action, 1) ?? checkIsr(state, partition, action);
  if (wrong !== undefined) return wrong;
  if (leader === noLeader) return decide(state, partition, action);
  if (!partition.isr.includes(leader) || !isr.includes(leader)) {
    return refused("INELIGIBLE_REPLICA", `broker ${leader} is not in the ISR ${partition.isr.join(", ")}`);
  }
  if (!isActive(state, leader)) return refused("INELIGIBLE_REPLICA", `broker ${leader} is fenced or shutting down`);
  return decide(state, partition, action);
}

function electUnclean(state: ClusterState, partition: PartitionState, action: Of<"elect-unclean">): Step {
  const { isr, leader } = action;
  const wrong = checkEpochs(partition, action, 1);
  if (wrong !== undefined) return wrong;
  if (!partition.isUncleanAllowed) {
    return refused("INELIGIBLE_REPLICA", `broker ${leader} is not in the ISR, and unclean elections are not enabled`);
  }
  const isAnyoneInSync = partition.isr.some((member) => isActive(state, member));
  if (isAnyoneInSync) return refused("ELECTION_NOT_NEEDED", "a member of the ISR could lead");
  if (!isActive(state, leader)) return refused("INELIGIBLE_REPLICA", `broker ${leader} is fenced or shutting down`);
  if (isr.length !== 1 || isr[0] !== leader) return refused("INVALID_UPDATE_VERSION", "the ISR starts over with the leader");
  const copy = partition.copies.get(leader);
  if (copy === undefined) return refused("INELIGIBLE_REPLICA", `broker ${leader} has no replica`);
  const before = { ...withCopy(partition, leader, { ...copy, isDamaged: true }), lossyEpoch: action.leaderEpoch };
  return decide(state, before, action);
}

function changeIsr(state: ClusterState, partition: PartitionState, action: Of<"change-isr">): Step {
  const wrong = checkEpochs(partition, action, 0) ?? checkIsr(state, partition, action);
  if (wrong !== undefined) return wrong;
  if (action.leader !== partition.leader) return refused("INVALID_UPDATE_VERSION", "another leader needs another epoch");
  return decide(state, partition, action);
}

function checkEpochs(partition: PartitionState, decision: Decision, epochs: 0 | 1): Step | undefined {
  if (decision.partitionEpoch !== partition.partitionEpoch + 1) {
    return refused("INVALID_UPDATE_VERSION", `the partition epoch is ${partition.partitionEpoch} and grows by one`);
  }
  if (decision.leaderEpoch === partition.leaderEpoch + epochs) return undefined;
  return refused("FENCED_LEADER_EPOCH", `the leader epoch is ${partition.leaderEpoch} and grows with each election`);
}

/** An ISR changes because the leader has asked for just that, or because members are not fit for it any more. */
function checkIsr(state: ClusterState, partition: PartitionState, { isr, leader }: Decision): Step | undefined {
  if (isr.length === 0) return refused("INELIGIBLE_REPLICA", "the ISR must not be empty");
  if (leader >= 0 && !isr.includes(leader)) return refused("INELIGIBLE_REPLICA", "the leader is in the ISR");
  const proposals = partition.proposals.get(proposalKey(partition.leaderEpoch, partition.partitionEpoch)) ?? [];
  const isProposed = proposals.some((proposal) => isSameSet(proposal, isr));
  for (const member of isr) {
    if (partition.isr.includes(member)) continue;
    if (!isProposed) return refused("INELIGIBLE_REPLICA", `nobody asked for broker ${member}`);
    if (!isActive(state, member)) return refused("INELIGIBLE_REPLICA", `broker ${member} is fenced or shutting down`);
  }
  for (const member of partition.isr) {
    if (isr.includes(member) || isProposed || !isActive(state, member)) continue;
    return refused("INVALID_UPDATE_VERSION", `broker ${member} is fit, and nobody asked it to leave`);
  }
  return undefined;
}

const isSameSet = (left: readonly BrokerId[], right: readonly BrokerId[]): boolean =>
  left.length === right.length && left.every((member) => right.includes(member));

function decide(state: ClusterState, before: PartitionState, decision: Decision): Step {
  const { isr, leader, leaderEpoch, partitionEpoch } = decision;
  const isNewTerm = leaderEpoch > before.leaderEpoch;
  const { highWatermark = offset(0), log = [] } = before.copies.get(leader) ?? {};
  const after: PartitionState = {
    ...before,
    leader,
    leaderEpoch,
    isr,
    partitionEpoch,
    terms: isNewTerm ? put(before.terms, leaderEpoch, { leader, log, highWatermark }) : before.terms,
    isrHistory: put(before.isrHistory, partitionEpoch, isr),
    copies: mended(before, isr),
  };
  return ok(withPartition(state, decision, after));
}

/**
 * A damaged replica that comes into the ISR has fetched again what it had lost: unless it was asked for before it lost it, and
 * the leader still counts on what it had then.
 */
function mended({ committed, copies, isr: before }: PartitionState, isr: readonly BrokerId[]): ReadonlyMap<BrokerId, Copy> {
  const isCountedOn = (broker: BrokerId, length: number): boolean =>
    [...copies.values()].some(({ role }) => role.kind === "leader" && (role.fetched.get(broker) ?? 0) > length);
  const isMended = (broker: BrokerId, { isDamaged, log }: Copy): boolean =>
    isDamaged &&
    !before.includes(broker) &&
    isr.includes(broker) &&
    beginsWith(log, committed, committed.length) &&
    !isCountedOn(broker, log.length);
  if (![...copies].some(([broker, copy]) => isMended(broker, copy))) return copies;
  return new SmallMap(
    [...copies].map(([broker, copy]) => [broker, isMended(broker, copy) ? { ...copy, isDamaged: false } : copy]),
  );
}

/** What counts as committed under a leader that lacks records: what it has of them, and what it took for committed itself. */
function keptAfterLoss({ committed, copies }: PartitionState, leader: BrokerId): readonly Entry[] {
  const { highWatermark, log } = copies.get(leader)!;
  let shared = Math.min(log.length, committed.length);
  while (!beginsWith(log, committed, shared)) shared--;
  return log.slice(0, Math.max(shared, highWatermark));
}

// --- roles of replicas -------------------------------------------------------------------------------------------------

function takeRole(state: ClusterState, partition: PartitionState, action: Of<"become-leader" | "become-follower">): Step {
  const copy = partition.copies.get(action.broker);
  const term = partition.terms.get(action.epoch);
  if (copy === undefined || copy.role.kind === "down") return refused("NOT_LEADER_OR_FOLLOWER", "the broker is not up");
  const known = "epoch" in copy.role ? copy.role.epoch : -1;
  if (action.epoch <= known) return refused("FENCED_LEADER_EPOCH", `the replica knows of epoch ${known} already`);
  if (term === undefined) return refused("UNKNOWN_LEADER_EPOCH", `nobody was elected in epoch ${action.epoch}`);
  const leader = action.kind === "become-leader" ? action.broker : action.leader;
  if (term.leader !== leader) return refused("NOT_LEADER_OR_FOLLOWER", `broker ${term.leader} leads in epoch ${action.epoch}`);
  const role: Copy["role"] =
    action.kind === "become-follower"
      ? { kind: "follower", epoch: action.epoch }
      : {
          kind: "leader",
          epoch: action.epoch,
          epochStartOffset: endOf(copy.log),
          isr: action.isr,
          partitionEpoch: action.partitionEpoch,
          proposed: undefined,
          fetched: new SmallMap(),
        };
  if (role.kind === "follower") return ok(withPartition(state, action, withCopy(partition, action.broker, { ...copy, role })));
  // Only now is lost what a leader lacks: had it never acted, another one could still have been elected.
  const loss = copy.isDamaged ? { committed: keptAfterLoss(partition, leader), lossyEpoch: action.epoch } : {};
  const after = withCopy(partition, action.broker, { ...copy, role, isDamaged: false });
  const terms = put(after.terms, action.epoch, { leader, log: copy.log, highWatermark: copy.highWatermark });
  return ok(withPartition(state, action, { ...after, terms, ...loss }));
}

function proposeIsr(state: ClusterState, partition: PartitionState, action: Of<"propose-isr">): Step {
  const { broker, isr } = action;
  const copy = partition.copies.get(broker);
  if (copy?.role.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  const { role } = copy;
  if (role.proposed !== undefined) return refused("INVALID_UPDATE_VERSION", "another proposal is under way");
  if (!isr.includes(broker)) return refused("INELIGIBLE_REPLICA", "a leader does not put itself out");
  for (const member of isr) {
    if (role.isr.includes(member)) continue;
    const fetched = role.fetched.get(member) ?? -1;
    if (fetched < copy.highWatermark || fetched < role.epochStartOffset) {
      return refused(
        "INELIGIBLE_REPLICA",
        `replica ${member} has fetched up to ${fetched}, of watermark ${copy.highWatermark} and epoch start ${role.epochStartOffset}`,
      );
    }
  }
  const key = proposalKey(role.epoch, role.partitionEpoch);
  const proposals = put(partition.proposals, key, [...(partition.proposals.get(key) ?? []), isr]);
  return withRole(state, { ...partition, proposals }, action, { ...role, proposed: isr });
}

function adoptIsr(state: ClusterState, partition: PartitionState, action: Of<"adopt-isr">): Step {
  const { broker, isr, partitionEpoch } = action;
  const role = partition.copies.get(broker)?.role;
  if (role?.kind !== "leader") return refused("NOT_LEADER_OR_FOLLOWER", "the replica does not lead");
  const decided = partition.isrHistory.get(partitionEpoch);
  if (decided === undefined || !isSameSet(decided, isr))
    return refused("INVALID_UPDATE_VERSION", `that ISR was not decided with partition epoch ${partitionEpoch}`);
  return withRole(state, partition, action, { ...role, isr, partitionEpoch, proposed: undefined });
}

function withRole(state: ClusterState, partition: PartitionState, at: AtReplica, role: LeaderRole): Step {
  const after = withCopy(partition, at.broker, { ...partition.copies.get(at.broker)!, role });
  return ok(withPartition(state, at, after));
}
