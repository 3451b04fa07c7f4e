/** What controllers do, and what becomes of brokers: fencing, elections, ISRs that are granted, crashes and restarts. */

import { leaderEpoch, offset, partitionEpoch } from "../ids.ts";
import type { BrokerId } from "../ids.ts";
import type { Action } from "../reference/actions.ts";
import { has, membersOf, noBrokers } from "../reference/broker-set.ts";
import { proposalError } from "../reference/isr.ts";
import { isActive } from "../reference/state.ts";
import type { Copy, PartitionState } from "../reference/state.ts";
import { decisionFor, elections, withoutBroker } from "./elections.ts";
import type { Move, MoveGroup, Search } from "./moves.ts";
import type { Scope } from "./scope.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";

type Take = (move: Move) => void;

/** Moves of controllers and brokers: about the ISR, about each broker, and about elections. */
export function controllerMoveGroups(brokers: readonly BrokerId[], scope: Scope): readonly MoveGroup[] {
  const group = (moves: MoveGroup["moves"]): MoveGroup => ({ broker: 0, moves });
  return [
    group((world, search, take) => proposalMoves(world, partitionOf(world), search, take)),
    ...(scope.crashes > 0 || scope.fencing ? brokers.map(brokerMoves) : []),
    group((world, search, take) => {
      const partition = partitionOf(world);
      if (partition.leaderEpoch < search.scope.epochs) electionMoves(world, partition, take);
    }),
    ...(scope.deposedController ? [group((world, search, take) => deposedMoves(world, partitionOf(world), search, take))] : []),
  ];
}

const brokerMoves = (broker: BrokerId): MoveGroup => ({
  broker,
  moves: (world, search, take) => {
    const { scope } = search;
    const copy = partitionOf(world).copies[broker]!;
    if (copy.role.kind === "down") restartMoves(world, broker, copy, { search, take });
    else if (world.used.crashes < scope.crashes) take({ actions: [takeDown(broker)], uses: "crashes" });
    if (scope.fencing) standingMoves(world, broker, { search, take });
  },
});

const takeDown = (broker: BrokerId): Action => ({ kind: "take-down-broker", broker });

// --- the ISR -----------------------------------------------------------------------------------------------------------

function proposalMoves({ cluster }: World, partition: PartitionState, { guards }: Search, take: Take): void {
  const { controllerEpoch } = cluster;
  for (const proposal of partition.proposals) {
    const error = proposalError(cluster, partition, proposal, guards);
    if (error === undefined) {
      const { isr } = proposal;
      const { leader } = partition;
      const wanted = { leader, isr, isElection: false, unclean: noBrokers };
      take({ actions: [{ kind: "change-isr", ...decisionFor(partition, controllerEpoch, wanted) }] });
    } else if (error === "INELIGIBLE_REPLICA") {
      const refuse: Action = { kind: "refuse-isr", partition: thePartition, proposal, controllerEpoch, error };
      take({ actions: [refuse, ...reverts(partition, proposal.leader)] });
    }
  }
}

/** A leader that is told that a member is not eligible goes back to the ISR that it knows was granted (KIP-497). */
function reverts(partition: PartitionState, broker: BrokerId): readonly Action[] {
  const role = partition.copies[broker]?.role;
  if (role?.kind !== "leader" || partition.isrs[role.partitionEpoch] !== role.isr) return [];
  const { isr, partitionEpoch: epoch } = role;
  return [{ kind: "adopt-isr", broker, partition: thePartition, isr, partitionEpoch: epoch }];
}

// --- brokers -----------------------------------------------------------------------------------------------------------

interface Taking {
  readonly search: Search;
  readonly take: Take;
}

/** A broker is fenced, or serves again; its partition changes at the same moment. */
function standingMoves(world: World, broker: BrokerId, { search, take }: Taking): void {
  const { cluster } = world;
  const { controllerEpoch } = cluster;
  const partition = partitionOf(world);
  const standing = cluster.brokers[broker]!;
  const decided = { broker, controllerEpoch };
  if (!standing.isFenced) {
    const fence: Action = { kind: "fence-broker", ...decided };
    changes(partition, fence, { search, take }, () => leaving(world, broker, search, false));
    return;
  }
  if (partition.copies[broker]!.role.kind === "down") return;
  const unfence: Action = { kind: "unfence-broker", ...decided };
  const isFit = (one: BrokerId): boolean => one === broker || isActive(cluster, one);
  const situation = { controllerEpoch, guards: search.guards, isFit, unclean: noBrokers };
  changes(partition, unfence, { search, take }, () =>
    partition.leader >= 0 ? [] : elections(partition, partition.isr, situation),
  );
}

function leaving({ cluster, ...rest }: World, broker: BrokerId, { guards }: Search, isUnclean: boolean): readonly Action[] {
  const isFit = (one: BrokerId): boolean => one !== broker && isActive(cluster, one);
  const { controllerEpoch } = cluster;
  return withoutBroker(partitionOf({ cluster, ...rest }), broker, { controllerEpoch, guards, isFit, isUnclean });
}

/** The change of standing with each decision that can come with it, as far as there are epochs left. */
function changes(
  { leaderEpoch: epoch }: PartitionState,
  first: Action,
  { search, take }: Taking,
  decisions: () => readonly Action[],
): void {
  const possible = decisions();
  if (possible.length === 0) take({ actions: [first] });
  for (const decision of possible) {
    const isBeyond = "leaderEpoch" in decision && decision.leaderEpoch > search.scope.epochs;
    if (!isBeyond || epoch > search.scope.epochs) take({ actions: [first, decision] });
  }
}

/**
 * A process comes up again. Its watermark is one that was written down at some time; if the machine lost power, its log is any
 * part of what it was. It registers anew, and as it did not stop in good order, uncleanly.
 */
function restartMoves(world: World, broker: BrokerId, copy: Copy, { search, take }: Taking): void {
  const { scope } = search;
  const mayLosePower = world.used.powerLosses < scope.powerLosses;
  for (let end = mayLosePower ? copy.logStart : copy.log.end; end <= copy.log.end; end++) {
    const highest = Math.min(copy.highWatermark, end);
    for (let watermark = Math.min(copy.logStart, highest); watermark <= highest; watermark++) {
      const hasLostPower = end < copy.log.end;
      const recover: Action = {
        kind: "recover-replica",
        broker,
        partition: thePartition,
        logStart: copy.logStart,
        endOffset: offset(end),
        highWatermark: offset(watermark),
        epochs: undefined,
        hasLostPower,
      };
      registered(world, broker, recover, {
        search,
        take: (move) => take(hasLostPower ? { ...move, uses: "powerLosses" } : move),
      });
    }
  }
}

function registered(world: World, broker: BrokerId, recover: Action, { search, take }: Taking): void {
  const { cluster } = world;
  const { controllerEpoch } = cluster;
  const { brokerEpoch, isFenced } = cluster.brokers[broker]!;
  const register: Action = {
    kind: "register-broker",
    broker,
    brokerEpoch: brokerEpoch + 1,
    isFenced: true,
    isUnclean: true,
    controllerEpoch,
  };
  const partition = partitionOf(world);
  const isUnclean = partition.hasElr;
  const decisions = isFenced && !isUnclean ? [] : leaving(world, broker, search, isUnclean);
  if (decisions.length === 0) take({ actions: [recover, register] });
  for (const decision of decisions) {
    if (!("leaderEpoch" in decision) || decision.leaderEpoch > search.scope.epochs) continue;
    // The decision is of the same batch as the registration, but the model looks at one after the other.
    take({ actions: [{ kind: "fence-broker", broker, controllerEpoch }, decision, recover, register] });
  }
}

// --- elections ---------------------------------------------------------------------------------------------------------

/** An administrator has another member of the ISR elected. */
function electionMoves({ cluster }: World, partition: PartitionState, take: Take): void {
  const { isr, leader } = partition;
  if (leader < 0) return;
  for (const other of membersOf(isr)) {
    if (other === leader || !isActive(cluster, other)) continue;
    const wanted = { leader: other, isr, isElection: true, unclean: noBrokers };
    take({ actions: [{ kind: "elect-clean", ...decisionFor(partition, cluster.controllerEpoch, wanted) }] });
  }
}

/** A controller is replaced, and decides once more from what it knew. */
function deposedMoves({ cluster, deposed }: World, partition: PartitionState, { scope }: Search, take: Take): void {
  const { controllerEpoch } = cluster;
  if (deposed === undefined && controllerEpoch === 0) {
    take({ actions: [{ kind: "elect-controller", epoch: 1 }], deposes: true });
    return;
  }
  if (deposed === undefined || deposed.leaderEpoch >= scope.epochs) return;
  for (const leader of membersOf(deposed.isr)) {
    if (leader === deposed.leader || !has(partition.isr, leader)) continue;
    const wanted = { leader, isr: deposed.isr, isElection: true, unclean: noBrokers };
    const decision = {
      ...decisionFor(partition, 0, wanted),
      leaderEpoch: leaderEpoch(deposed.leaderEpoch + 1),
      partitionEpoch: partitionEpoch(deposed.partitionEpoch + 1),
    };
    take({ actions: [{ kind: "elect-clean", ...decision }], deposes: false });
  }
}
