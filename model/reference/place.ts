import type { BrokerId, TopicPartition } from "../ids.ts";
import type { Guards } from "./guards.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";
import { refused } from "./step.ts";
import type { Step, TakeStep } from "./step.ts";

/** What most actions are about: one replica of one partition. */
export interface AtReplica {
  readonly broker: BrokerId;
  readonly partition: TopicPartition;
}

/** A replica, as a step has found it. */
export interface Place {
  readonly partition: PartitionState;
  readonly copy: Copy;
}

/** Takes a step of a replica, if there is one. */
export function atReplica<Some extends AtReplica>(
  take: (state: ClusterState, place: Place, action: Some, guards: Guards) => Step,
): TakeStep<Some> {
  return (state, action, guards) => {
    const { broker, partition: name } = action;
    const partition = state.partitions.get(name);
    const copy = partition?.copies[broker];
    if (partition !== undefined && copy !== undefined) return take(state, { partition, copy }, action, guards);
    return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `broker ${broker} has no replica of ${name}`);
  };
}
