/**
 * Replicas take up the roles that the metadata gives them. Each broker reads the metadata in its own time, so several may take
 * themselves for the leader at once, each in its own epoch.
 *
 * Source: KIP-101 and KAFKA-7415 (a leader notes where its epoch begins, also before it writes).
 */

import type { BrokerId, LeaderEpoch, Offset, PartitionEpoch, TopicPartition } from "../ids.ts";
import type { BrokerSet } from "./broker-set.ts";
import { withStart } from "./epoch-starts.ts";
import type { Guards } from "./guards.ts";
import { sharedPart, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import type { Place } from "./place.ts";
import { withCopy, withLeaderCopy, withPartition } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

export type RoleAction =
  | {
      readonly kind: "become-leader";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly epoch: LeaderEpoch;
      readonly isr: BrokerSet;
      readonly partitionEpoch: PartitionEpoch;
      /** Where the term begins; undefined for the end of the log. */
      readonly epochStartOffset?: Offset;
    }
  | {
      readonly kind: "become-follower";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly epoch: LeaderEpoch;
      readonly leader: BrokerId;
    };

type Of<Kind extends RoleAction["kind"]> = Extract<RoleAction, { readonly kind: Kind }>;

export function stepRole(state: ClusterState, action: RoleAction, guards: Guards): Step {
  const partition = state.partitions.get(action.partition);
  const copy = partition?.copies[action.broker];
  if (partition === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `there is no ${action.partition}`);
  if (copy === undefined || copy.role.kind === "down") return refused("NOT_LEADER_OR_FOLLOWER", "the broker is not up");
  const known = copy.role.kind === "idle" ? copy.role.from - 1 : copy.role.epoch;
  if (action.epoch <= known) return refused("FENCED_LEADER_EPOCH", () => `the replica knows of epoch ${known} already`);
  const term = partition.terms[action.epoch];
  if (term === undefined) return refused("UNKNOWN_LEADER_EPOCH", () => `nobody was elected in epoch ${action.epoch}`);
  const leader = action.kind === "become-leader" ? action.broker : action.leader;
  if (term.leader !== leader) {
    return refused("NOT_LEADER_OR_FOLLOWER", () => `broker ${term.leader} leads in epoch ${action.epoch}`);
  }
  if (action.kind === "become-leader") return becomeLeader(state, { copy, partition }, action, guards);
  const follower: Copy = { ...copy, role: { kind: "follower", epoch: action.epoch } };
  return ok(withPartition(state, action.partition, withCopy(partition, action.broker, follower)));
}

function becomeLeader(state: ClusterState, { copy, partition }: Place, action: Of<"become-leader">, guards: Guards): Step {
  const { broker, epoch, epochStartOffset = copy.log.end, isr, partitionEpoch } = action;
  if (epochStartOffset !== copy.log.end) {
    return refused("OFFSET_OUT_OF_RANGE", () => `its log ends at ${copy.log.end}, and there its term begins`);
  }
  if (partition.isrs[partitionEpoch] !== isr) {
    return refused("INVALID_UPDATE_VERSION", () => `that ISR was not decided with partition epoch ${partitionEpoch}`);
  }
  const led: Copy = {
    ...copy,
    epochs: guards["epoch-on-election"] ? withStart(copy.epochs, epoch, copy.log.end) : copy.epochs,
    role: { kind: "leader", epoch, epochStartOffset, isr, partitionEpoch, proposed: undefined, fetched: [] },
    isDamaged: copy.isDamaged && !isLossPermitted(partition, epoch),
  };
  const after = withLeaderCopy(partition, broker, led);
  if (!copy.isDamaged || led.isDamaged) return ok(withPartition(state, action.partition, after));
  // Only now is lost what a leader lacks: had it never acted, another one could still have been elected.
  const loss = { committed: keptAfterLoss(partition.committed, copy), lossyEpoch: epoch };
  return ok(withPartition(state, action.partition, { ...after, ...loss }));
}

/** With eligible leader replicas nobody leads who came back without its records, unless nobody else was left (KIP-966). */
const isLossPermitted = ({ hasElr, lossyEpoch }: PartitionState, epoch: LeaderEpoch): boolean =>
  !hasElr || lossyEpoch === epoch;

/** What counts as committed under a leader that lacks records: what it has of them, and what it took for committed itself. */
function keptAfterLoss(committed: Log, { highWatermark, log }: Copy): Log {
  return upTo(log, Math.max(sharedPart(log, committed).end, highWatermark));
}
