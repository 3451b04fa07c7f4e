import type { BrokerId } from "../../../model/ids.ts";

/** A partition whose ISR is about to become `newIsr`. */
export interface EligibilityQuestion {
  readonly isr: readonly BrokerId[];
  readonly elr: readonly BrokerId[];
  readonly newIsr: readonly BrokerId[];
  /** `min.insync.replicas`, or the number of replicas where that is smaller. */
  readonly minIsr: number;
  /** Came back without a word of having stopped cleanly: their logs may be short of what they were in sync with. */
  readonly uncleanlyRestarted: readonly BrokerId[];
}

const nobody: readonly BrokerId[] = [];

/**
 * Who may lead although it is not in the ISR? While fewer than `min.insync.replicas` are in sync the high watermark stands
 * still, so whoever was in sync until then has everything that is committed, for as long as it keeps its log.
 *
 * Source: KIP-966.
 */
export function nextElr({ elr, isr, minIsr, newIsr, uncleanlyRestarted }: EligibilityQuestion): readonly BrokerId[] {
  if (newIsr.length >= minIsr) return nobody;
  const candidates = [...elr, ...isr.filter((member) => !elr.includes(member))];
  return candidates.filter((broker) => !newIsr.includes(broker) && !uncleanlyRestarted.includes(broker));
}
