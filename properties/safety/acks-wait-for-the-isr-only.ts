import type { EventOf, HistoryEvent } from "../../model/history.ts";
import type { BrokerId, Offset, PartitionEpoch, TopicPartition } from "../../model/ids.ts";
import { defaultBrokerSettings, withDefaults } from "../../model/settings.ts";
import type { TrialFacts } from "../facts/trial-facts.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** A leader answers at once. It is given half the time after which it would give up on a follower that has fallen silent. */
const shareOfLagTime = 0.5;

/**
 * A record is committed when the ISR has it. A replica outside that is about to join is waited for as well, but not one that
 * may not join: the controller has taken its broker out of service, the leader knows, and no fetch of it will come.
 *
 * Judged are appends of which all else is certain: every member of the ISR, and whoever is proposed for it or is to leave it,
 * has fetched them, the ISR is large enough, and each replica outside left it because its broker was fenced or shut down, and
 * has not been back in service since.
 */
export const acksWaitForTheIsrOnly: Property = {
  id: "acks-wait-for-the-isr-only",
  sentence: "An append with acks=all is answered soon after the ISR has it, whoever is shutting down or fenced.",
  source: "KAFKA-15021; KIP-841 (who may join an ISR)",
  expectation: "always",
  evidence: "broker",
  blames: "broker",
  assumes: "the leader is running and has heard that the others are out of service",
  check: (trial) => {
    const watch = new Watch(trial);
    for (let at = 0; at < trial.history.length; at++) watch.take(trial.history[at]!, at);
    return watch.finish();
  },
};

/** An append that nobody has been answered yet. */
interface Waiting {
  readonly baseOffset: Offset;
  readonly endOffset: Offset;
  readonly at: number;
  /** Since when nothing was missing, and the event of which this is known; undefined while something is. */
  complete: { readonly atUs: number; readonly at: number } | undefined;
}

/** One term of a leader, as it knows its partition. */
interface Term {
  readonly leader: BrokerId;
  isr: readonly BrokerId[];
  proposed: readonly BrokerId[];
  partitionEpoch: PartitionEpoch;
  readonly fetched: Map<BrokerId, Offset>;
  waiting: Waiting[];
}

/** What the controllers have said of a partition. */
interface Decided {
  readonly isr: readonly BrokerId[];
  readonly replicas: readonly BrokerId[];
  /** With which partition epoch a replica left the ISR because its broker is out of service; until that is back. */
  readonly leftWith: Map<BrokerId, PartitionEpoch>;
}

type Led = EventOf<"leader-appended" | "append-settled" | "fetch-accepted" | "isr-proposed" | "isr-adopted">;

class Watch {
  private readonly trial: TrialFacts;
  private readonly patienceUs: number;
  private readonly terms = new Map<TopicPartition, Term[]>();
  private readonly decided = new Map<TopicPartition, Decided>();
  private readonly outOfService = new Set<BrokerId>();
  private readonly breaches: Breach[] = [];
  private judged = 0;

  constructor(trial: TrialFacts) {
    this.trial = trial;
    const lagTimeMs = withDefaults(defaultBrokerSettings, trial.options.brokerConfig)["replica.lag.time.max.ms"];
    this.patienceUs = lagTimeMs * shareOfLagTime * 1000;
  }

  take(event: HistoryEvent, at: number): void {
    switch (event.kind) {
      case "broker-fenced":
      case "broker-shutting-down":
        this.outOfService.add(event.broker);
        return;
      case "broker-unfenced":
        return this.putInService(event.broker);
      case "broker-registered":
        if (event.fenced) this.outOfService.add(event.broker);
        else this.putInService(event.broker);
        return;
      case "partition-changed":
        return this.decide(event);
      case "became-leader":
        return this.begin(event);
      case "became-follower":
        return this.end(event.broker, event.partition);
      case "broker-down":
        for (const partition of this.terms.keys()) this.end(event.broker, partition);
        return;
      case "fault-injected":
        // Who stands still answers nobody.
        if (event.fault === "pause-broker" || event.fault === "own-fault") this.terms.clear();
        return;
      case "leader-appended":
      case "append-settled":
      case "fetch-accepted":
      case "isr-proposed":
      case "isr-adopted":
        return this.takeLed(event, at);
      default:
        return;
    }
  }

  finish(): { readonly judged: number; readonly breaches: readonly Breach[] } {
    const lastUs = this.trial.history.at(-1)?.atUs ?? 0;
    for (const [partition, terms] of this.terms) {
      for (const { waiting } of terms) for (const one of waiting) this.judge(partition, one, lastUs, undefined);
    }
    return { judged: this.judged, breaches: this.breaches };
  }

  /** It may join again what it has left, and so be waited for. */
  private putInService(broker: BrokerId): void {
    this.outOfService.delete(broker);
    for (const { leftWith } of this.decided.values()) leftWith.delete(broker);
    for (const terms of this.terms.values()) {
      for (const { waiting } of terms) for (const one of waiting) one.complete = undefined;
    }
  }

  private decide({ isr, partition, partitionEpoch, replicas }: EventOf<"partition-changed">): void {
    const before = this.decided.get(partition);
    const leftWith = before?.leftWith ?? new Map<BrokerId, PartitionEpoch>();
    for (const member of before?.isr ?? []) {
      if (!isr.includes(member) && this.outOfService.has(member)) leftWith.set(member, partitionEpoch);
    }
    for (const member of isr) leftWith.delete(member);
    this.decided.set(partition, { isr, replicas, leftWith });
  }

  private begin({ broker: leader, isr, partition, partitionEpoch }: EventOf<"became-leader">): void {
    this.end(leader, partition);
    const term: Term = { leader, isr, proposed: [], partitionEpoch, fetched: new Map(), waiting: [] };
    this.terms.set(partition, [...(this.terms.get(partition) ?? []), term]);
  }

  private end(broker: BrokerId, partition: TopicPartition): void {
    const terms = this.terms.get(partition);
    if (terms === undefined) return;
    this.terms.set(
      partition,
      terms.filter(({ leader }) => leader !== broker),
    );
  }

  private takeLed(event: Led, at: number): void {
    const { broker, partition } = event;
    const term = this.terms.get(partition)?.find(({ leader }) => leader === broker);
    if (term === undefined) return;
    if (event.kind === "append-settled") {
      const settled = term.waiting.find(({ baseOffset }) => baseOffset === event.baseOffset);
      if (settled !== undefined) this.judge(partition, settled, event.atUs, at);
      term.waiting = term.waiting.filter((one) => one !== settled);
      return;
    }
    if (event.kind === "leader-appended" && event.acks === -1) {
      const { baseOffset, values } = event.batch;
      const endOffset = (baseOffset + values.length) as Offset;
      term.waiting.push({ baseOffset, endOffset, at, complete: undefined });
    } else if (event.kind === "fetch-accepted") term.fetched.set(event.follower, event.fetchOffset);
    else if (event.kind === "isr-proposed") term.proposed = event.isr;
    else if (event.kind === "isr-adopted") {
      term.isr = event.isr;
      term.partitionEpoch = event.partitionEpoch;
      term.proposed = [];
    }
    if (term.waiting.length > 0) this.lookAt(partition, term, { atUs: event.atUs, at });
  }

  private lookAt(partition: TopicPartition, term: Term, now: NonNullable<Waiting["complete"]>): void {
    const isDecided = this.isNobodyElseWaitedFor(partition, term);
    for (const waiting of term.waiting) {
      const isComplete =
        isDecided &&
        [...term.isr, ...term.proposed].every(
          (member) => member === term.leader || (term.fetched.get(member) ?? -1) >= waiting.endOffset,
        );
      waiting.complete = isComplete ? (waiting.complete ?? now) : undefined;
    }
  }

  private isNobodyElseWaitedFor(partition: TopicPartition, { isr, partitionEpoch, proposed }: Term): boolean {
    const decided = this.decided.get(partition);
    if (decided === undefined) return false;
    const { leftWith, replicas } = decided;
    const minIsr = this.trial.cluster.settingsOf(partition)["min.insync.replicas"];
    if (isr.length < Math.min(minIsr, replicas.length)) return false;
    return replicas.every(
      (replica) => isr.includes(replica) || proposed.includes(replica) || (leftWith.get(replica) ?? Infinity) <= partitionEpoch,
    );
  }

  private judge(partition: TopicPartition, one: Waiting, untilUs: number, settledAt: number | undefined): void {
    if (one.complete === undefined) return;
    this.judged++;
    const waitedUs = untilUs - one.complete.atUs;
    if (waitedUs <= this.patienceUs) return;
    const since = `${Math.round(waitedUs / 1000)} ms after the whole ISR had fetched them`;
    this.breaches.push({
      message: `Records of ${partition} from offset ${one.baseOffset} on were still waiting ${since}.`,
      witness: [one.at, one.complete.at, ...(settledAt === undefined ? [] : [settledAt])],
      partition,
    });
  }
}
