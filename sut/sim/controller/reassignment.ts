/**
 * Moving replicas (KIP-455): what an administrator's wish comes to, as records of the metadata log. Pure.
 *
 * Leaves out a cancellation that would be an unclean election, because only replicas that are being added are in sync: it is
 * refused also where Kafka allows it.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId } from "../../../model/ids.ts";
import type { PartitionChange, PartitionRegistration } from "./metadata-image.ts";
import { decide } from "./partition-changes.ts";
import type { DecisionContext } from "./partition-changes.ts";

export type ReassignmentOutcome =
  | { readonly error: typeof errorCode.NONE; readonly changes: readonly PartitionChange[] }
  | { readonly error: ErrorCode };

/** Replicas are to be on these brokers, in this order. The old ones go when all of these are in sync. */
export function reassign(
  context: DecisionContext,
  partition: PartitionRegistration,
  target: readonly BrokerId[],
): ReassignmentOutcome {
  const { image } = context;
  const isPossible = target.length > 0 && new Set(target).size === target.length && target.every((id) => image.brokers.has(id));
  if (!isPossible) return { error: errorCode.INVALID_REPLICA_ASSIGNMENT };
  const removing = partition.replicas.filter((broker) => !target.includes(broker)).toSorted(byId);
  const adding = target.filter((broker) => !partition.replicas.includes(broker)).toSorted(byId);
  return changed(context, partition, {
    isr: partition.isr,
    replicas: [...target, ...removing],
    // Whoever has nothing to add, or nothing to remove, leaves what another reassignment has begun.
    addingReplicas: adding.length > 0 ? adding : partition.addingReplicas,
    removingReplicas: removing.length > 0 ? removing : partition.removingReplicas,
  });
}

/** Everything is to be as it was before the reassignment that is under way. */
export function cancelReassignment(context: DecisionContext, partition: PartitionRegistration): ReassignmentOutcome {
  const { addingReplicas, removingReplicas } = partition;
  if (addingReplicas.length === 0 && removingReplicas.length === 0) {
    return { error: errorCode.NO_REASSIGNMENT_IN_PROGRESS };
  }
  const wasThere = (broker: BrokerId): boolean => !addingReplicas.includes(broker);
  const isr = partition.isr.filter(wasThere);
  if (isr.length === 0 && partition.isr.length > 0) return { error: errorCode.INVALID_REPLICA_ASSIGNMENT };
  const replicas = partition.replicas.filter(wasThere);
  return changed(context, partition, { isr, replicas, addingReplicas: nobody, removingReplicas: nobody });
}

const nobody: readonly BrokerId[] = [];
const byId = (left: BrokerId, right: BrokerId): number => left - right;

function changed(
  context: DecisionContext,
  partition: PartitionRegistration,
  wanted: Pick<PartitionRegistration, "isr" | "replicas" | "addingReplicas" | "removingReplicas">,
): ReassignmentOutcome {
  const isAcceptable = (broker: BrokerId): boolean => context.image.isActive(broker);
  return { error: errorCode.NONE, changes: decide(context, partition, { ...wanted, kind: "online", isAcceptable }) };
}
