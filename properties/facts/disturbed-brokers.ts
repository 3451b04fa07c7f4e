/** Which brokers the trial's faults have touched: all that is known of a cluster whose brokers tell nothing. */

import type { FaultKind } from "../../model/fault.ts";
import type { EventOf, HistoryEvent } from "../../model/history.ts";
import { parseBrokerTarget } from "../../model/target.ts";

/**
 * With clients' evidence alone nobody knows who was in an ISR when. What can be said is who has certainly stayed in it: a replica
 * that no fault has come near.
 */
export class DisturbedBrokers {
  private resolved: readonly string[] = [];
  private readonly powerLost = new Set<string>();
  /** Brokers that were touched in a way of which the ISR of what they lead may shrink, with or without another fault. */
  private readonly disturbed = new Set<string>();
  private readonly stoodStill = new Set<string>();
  private isAnyoneDisturbed = false;

  take(event: HistoryEvent): void {
    if (event.kind === "step-played") this.resolved = event.resolved;
    else if (event.kind === "fault-injected") this.takeFault(event);
  }

  /**
   * Whether power may have been lost on everybody in the ISR of a partition with so many replicas: each of them was touched by
   * some fault and at least one lost its power; or one lost it that had stood still or been cut off too, because such a leader
   * may have put all its followers out of the ISR.
   */
  mayHaveLostPowerOfWholeIsr(replicationFactor: number): boolean {
    if (this.powerLost.size === 0) return false;
    if (this.isAnyoneDisturbed || this.disturbed.size >= replicationFactor) return true;
    return [...this.powerLost].some((broker) => this.stoodStill.has(broker));
  }

  private takeFault({ fault }: EventOf<"fault-injected">): void {
    // After a reassignment there may be fewer replicas than the trial's options say, and others.
    if (fault === "own-fault" || fault === "reassign-partition") this.isAnyoneDisturbed = true;
    if (harmless.has(fault)) return;
    for (const broker of this.resolved.filter((text) => parseBrokerTarget(text) !== undefined)) {
      this.disturbed.add(broker);
      if (fault === "power-off-broker") this.powerLost.add(broker);
      else if (!emptiesNoIsr.has(fault)) this.stoodStill.add(broker);
    }
  }
}

/** Faults that name a broker and leave every ISR as it is. */
const harmless: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "elect-leader",
  "unclean-election",
  "reassign-partition",
  "delete-records",
  "lose-response",
]);

/**
 * Faults after which a broker leads nothing, so that it puts nobody out of an ISR; and one that it takes together with whomever it
 * may put out, who counts as disturbed too.
 */
const emptiesNoIsr: ReadonlySet<FaultKind> = new Set<FaultKind>(["kill-broker", "stop-broker", "fail-disk", "cut-link"]);
