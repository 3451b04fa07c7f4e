import { noLeader } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";

/** A partition without a usable leader, or one whose leader should change. */
export interface ElectionQuestion {
  readonly kind: "online" | "preferred";
  readonly replicas: readonly BrokerId[];
  readonly isr: readonly BrokerId[];
  readonly leader: BrokerId;
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
 * Who leads? The present leader while it may; otherwise the first replica, in order of assignment, that is in the ISR and
 * acceptable; only with `unclean.leader.election.enable` any acceptable one.
 *
 * Source: KIP-106 (unclean elections are off by default), KAFKA-9866 (a preferred leader must be in the ISR as well).
 * Leaves out eligible leader replicas (KIP-966 part 2).
 */
export function electLeader(question: ElectionQuestion): Election {
  const { isr, leader, replicas, isAcceptable } = question;
  const mayLead = (broker: BrokerId): boolean => isr.includes(broker) && isAcceptable(broker);
  const preferred = replicas[0]!;
  if (question.kind === "preferred" && mayLead(preferred)) return { leader: preferred, isUnclean: false };
  if (mayLead(leader)) return { leader, isUnclean: false };
  const inSync = replicas.find(mayLead);
  if (inSync !== undefined) return { leader: inSync, isUnclean: false };
  const anyone = question.uncleanAllowed ? replicas.find(isAcceptable) : undefined;
  return anyone === undefined ? { leader: noLeader, isUnclean: false } : { leader: anyone, isUnclean: true };
}
