import { noLeader } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";

/** A partition without a usable leader, or one whose leader should change. */
export interface ElectionQuestion {
  readonly kind: "online" | "preferred";
  readonly replicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
  /** Eligible leader replicas; empty where `eligible.leader.replicas.version` is 0. */
  readonly elr: readonly BrokerId[];
  readonly leader: BrokerId;
  /** Who led when the ISR became empty; -1 where it is not, and where `eligible.leader.replicas.version` is 0. */
  readonly lastKnownLeader: BrokerId;
  /** Registered, not fenced, not shutting down. */
  readonly isAcceptable: (broker: BrokerId) => boolean;
  readonly uncleanAllowed: boolean;
}

export interface Election {
  /** -1 where nobody may lead. */
  readonly leader: BrokerId;
  /** The new leader may lack committed records; the ISR starts over with it alone. */
  readonly isUnclean: boolean;
}

/**
 * Who leads? The present leader while it may; otherwise the first replica, in order of assignment, that is acceptable and in
 * the ISR, or in the ELR when the ISR is empty; when both are empty, who led last; and only with
 * `unclean.leader.election.enable` any acceptable one.
 *
 * Source: KIP-106 (unclean elections are off by default), KAFKA-9866 (a preferred leader must be in the ISR as well), KIP-966
 * (ELR and last known leader), KAFKA-19522 (the last known leader must be acceptable like any other).
 */
export function electLeader(question: ElectionQuestion): Election {
  const { elr, isr, lastKnownLeader, leader, replicas, isAcceptable } = question;
  const mayLead = (broker: BrokerId): boolean => (isr.length > 0 ? isr : elr).includes(broker) && isAcceptable(broker);
  const preferred = replicas[0]!;
  if (question.kind === "preferred" && mayLead(preferred)) return { leader: preferred, isUnclean: false };
  if (mayLead(leader)) return { leader, isUnclean: false };
  const inSync = replicas.find(mayLead);
  if (inSync !== undefined) return { leader: inSync, isUnclean: false };
  const isNobodyEligible = isr.length === 0 && elr.length === 0;
  if (isNobodyEligible && lastKnownLeader >= 0 && isAcceptable(lastKnownLeader)) {
    return { leader: lastKnownLeader, isUnclean: true };
  }
  const anyone = question.uncleanAllowed ? replicas.find(isAcceptable) : undefined;
  return anyone === undefined ? { leader: noLeader, isUnclean: false } : { leader: anyone, isUnclean: true };
}
