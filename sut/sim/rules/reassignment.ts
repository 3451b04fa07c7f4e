import type { BrokerId } from "../../../model/ids.ts";

/** A partition's replicas while they are being moved. */
export interface ReassignmentQuestion {
  /** In order of assignment: those that are to stay or to come first. */
  readonly replicas: readonly BrokerId[];
  readonly addingReplicas: readonly BrokerId[];
  readonly removingReplicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
}

/** What is left when a reassignment is over. */
export interface FinishedReassignment {
  readonly replicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
}

/**
 * Is a reassignment over? Only when every replica that is to be there afterwards is in sync; then those that are to go leave
 * the replicas and the ISR. Undefined while it is not, and where there is none.
 *
 * Source: KIP-455; KAFKA-15665, where it was enough that those that had been added were in sync.
 */
export function finishedReassignment(question: ReassignmentQuestion): FinishedReassignment | undefined {
  const { addingReplicas, isr, removingReplicas, replicas } = question;
  if (addingReplicas.length === 0 && removingReplicas.length === 0) return undefined;
  const stays = (broker: BrokerId): boolean => !removingReplicas.includes(broker);
  const staying = replicas.filter(stays);
  if (staying.length === 0 || !staying.every((broker) => isr.includes(broker))) return undefined;
  return { replicas: staying, isr: isr.filter(stays) };
}
