/** What the controllers can decide when a broker comes or goes: the same order as theirs, with every choice among equals. */

import { leaderEpoch, noLeader, partitionEpoch } from "../ids.ts";
import type { BrokerId } from "../ids.ts";
import type { Action } from "../reference/actions.ts";
import { has, membersOf, minus, noBrokers, only, setOf, without } from "../reference/broker-set.ts";
import type { BrokerSet } from "../reference/broker-set.ts";
import type { Decision } from "../reference/decision.ts";
import { elrCandidates } from "../reference/elr.ts";
import type { Guards } from "../reference/guards.ts";
import type { PartitionState } from "../reference/state.ts";
import { thePartition } from "./world.ts";

/** Who is fit to lead, when the decision is taken. */
type Fit = (broker: BrokerId) => boolean;

interface Wanted {
  readonly leader: BrokerId;
  readonly isr: BrokerSet;
  readonly isElection: boolean;
  /** Brokers that came back uncleanly, and are not eligible. */
  readonly unclean: BrokerSet;
}

export function decisionFor(partition: PartitionState, controllerEpoch: number, wanted: Wanted): Decision {
  const { isr, leader, unclean } = wanted;
  const elr = partition.hasElr ? minus(elrCandidates(partition, isr, partition.replicas.length), unclean) : noBrokers;
  const isNobodyLeft = partition.hasElr && isr === noBrokers && elr === noBrokers;
  const lastLeader = partition.leader >= 0 ? partition.leader : partition.lastKnownLeader;
  return {
    controllerEpoch,
    partition: thePartition,
    replicas: partition.replicas,
    adding: noBrokers,
    removing: noBrokers,
    leader,
    leaderEpoch: leaderEpoch(partition.leaderEpoch + (wanted.isElection ? 1 : 0)),
    isr,
    elr,
    lastKnownLeader: isNobodyLeft ? lastLeader : noLeader,
    isRecovering: false,
    partitionEpoch: partitionEpoch(partition.partitionEpoch + 1),
  };
}

/** A broker is out of service: it leaves the ISR, and others lead what it led. Empty where nothing changes. */
export function withoutBroker(
  partition: PartitionState,
  broker: BrokerId,
  { controllerEpoch, isFit, isUnclean, guards }: Situation & { readonly isUnclean: boolean },
): readonly Action[] {
  const { elr, hasElr, isr: before, leader } = partition;
  const left = without(before, broker);
  const isr = left === noBrokers && !hasElr ? before : left;
  const unclean = isUnclean && guards["unclean-restart"] ? only(broker) : noBrokers;
  const isEligibleStill = has(elr, broker) && unclean === noBrokers;
  if (isr === before && leader !== broker && (isEligibleStill || !has(elr, broker))) return [];
  if (leader !== broker && leader >= 0) {
    return [{ kind: "change-isr", ...decisionFor(partition, controllerEpoch, { leader, isr, isElection: false, unclean }) }];
  }
  return elections(partition, isr, { controllerEpoch, guards, isFit, unclean });
}

interface Situation {
  readonly controllerEpoch: number;
  readonly guards: Guards;
  readonly isFit: Fit;
}

/** Everybody who could be elected now, by the first rule that finds somebody; nobody where none does. */
export function elections(
  partition: PartitionState,
  isr: BrokerSet,
  { controllerEpoch, guards, isFit, unclean }: Situation & { readonly unclean: BrokerSet },
): readonly Action[] {
  const decided = (leader: BrokerId, members: BrokerSet): Decision =>
    decisionFor(partition, controllerEpoch, { leader, isr: members, isElection: true, unclean });
  const inSync = membersOf(isr).filter((one) => isFit(one));
  if (inSync.length > 0) return inSync.map((leader) => ({ kind: "elect-clean", ...decided(leader, isr) }));
  const eligible = membersOf(minus(partition.elr, unclean)).filter((one) => isFit(one));
  if (eligible.length > 0) return eligible.map((leader) => ({ kind: "elect-from-elr", ...decided(leader, only(leader)) }));
  const { lastKnownLeader } = partition;
  const isLast = partition.hasElr && partition.isr === noBrokers && partition.elr === noBrokers && lastKnownLeader >= 0;
  if (isLast && (isFit(lastKnownLeader) || !guards["leader-fit"])) {
    return [{ kind: "elect-last-known-leader", ...decided(lastKnownLeader, only(lastKnownLeader)) }];
  }
  if (!guards["clean-election"]) {
    const anybody = membersOf(setOf(partition.replicas)).filter((one) => isFit(one));
    if (anybody.length > 0) return anybody.map((leader) => ({ kind: "elect-unclean", ...decided(leader, only(leader)) }));
  }
  if (partition.leader === noLeader && isr === partition.isr) return [];
  const isElection = partition.leader !== noLeader;
  const nobody = decisionFor(partition, controllerEpoch, { leader: noLeader, isr, isElection, unclean });
  return [isElection ? { kind: "elect-clean", ...nobody } : { kind: "change-isr", ...nobody }];
}
