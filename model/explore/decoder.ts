/** Reads worlds from the words that `Encoder` has made of them. */

import { brokerId, leaderEpoch, noLeader, offset, partitionEpoch } from "../ids.ts";
import type { BrokerId, Offset } from "../ids.ts";
import type { BrokerSet } from "../reference/broker-set.ts";
import type { EpochStart } from "../reference/epoch-starts.ts";
import { logWithId, upTo } from "../reference/log.ts";
import type { Log } from "../reference/log.ts";
import { SmallMap } from "../reference/small-map.ts";
import type { BrokerState, Copy, Fetched, PartitionState, Proposal, Role, Term } from "../reference/state.ts";
import { BitReader } from "./bits.ts";
import { countBits, epochBits, logBits, offsetBits, roleKinds, slotBitsOf } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { LateFetch, World } from "./world.ts";

/** The numbers of present and past in a world that was read. */
const presentEpoch = 20;
const pastEpoch = 19;
const presentProcess = 2;
const pastProcess = 1;
const noOffset = offset(0);
const noOffsets: readonly Offset[] = [];

export class Decoder {
  private readonly scope: Scope;
  private readonly first: World;
  private readonly root: Log;
  private readonly slotBits: number;
  private readonly reader: BitReader = new BitReader();

  /** `first` is a world of the search: its logs are of the tree that all others' are of. */
  constructor(scope: Scope, first: World) {
    this.scope = scope;
    this.first = first;
    this.root = upTo(partitionOf(first).committed, 0);
    this.slotBits = slotBitsOf(scope.brokers);
  }

  /** The world that words stand for. Its present partition epoch, and each process's present broker epoch, have fixed numbers. */
  decode(words: Uint32Array, from: number): World {
    const { first, reader } = this;
    const before = partitionOf(first);
    reader.begin(words, from);
    const leader = this.readSlot();
    const epoch = leaderEpoch(reader.get(epochBits));
    const isr = this.readSet();
    const elr = this.readSet();
    const lastKnownLeader = this.readSlot();
    const committed = logWithId(this.root, reader.get(logBits));
    const used = {
      records: reader.get(countBits),
      crashes: reader.get(countBits),
      powerLosses: reader.get(countBits),
      deletions: reader.get(countBits),
    };
    const controllerEpoch = reader.get(1);
    const brokers: (BrokerState | undefined)[] = [undefined];
    const copies: (Copy | undefined)[] = [undefined];
    for (let id = 1; id <= this.scope.brokers; id++) this.readBroker(id, brokers, copies);
    const terms: (Term | undefined)[] = [];
    for (let at = 0; at <= epoch; at++) terms.push(this.readTerm(at));
    const isrs: (BrokerSet | undefined)[] = [];
    for (const [at, term] of terms.entries()) isrs[at] = term?.isr;
    isrs[pastEpoch] = undefined;
    isrs[presentEpoch] = isr;
    const proposals = this.readProposals();
    const partition: PartitionState = {
      ...before,
      leader,
      leaderEpoch: epoch,
      isr,
      elr,
      lastKnownLeader,
      partitionEpoch: partitionEpoch(presentEpoch),
      copies,
      terms,
      isrs,
      proposals,
      committed,
    };
    const partitions = new SmallMap([[thePartition, partition]]);
    const late = this.scope.lateFetches ? this.readLate() : first.late;
    const deposed = this.scope.deposedController ? this.readDeposed() : undefined;
    return { cluster: { controllerEpoch, brokers, partitions, groups: first.cluster.groups }, used, late, deposed };
  }

  private readBroker(id: number, brokers: (BrokerState | undefined)[], copies: (Copy | undefined)[]): void {
    const { reader } = this;
    const flags = reader.get(3);
    brokers.push({
      brokerEpoch: presentProcess,
      isFenced: (flags & 1) !== 0,
      isShuttingDown: (flags & 2) !== 0,
      isUnclean: (flags & 4) !== 0,
      isDiskFailed: false,
    });
    const { epochs, log, logStart } = this.readLog();
    const highWatermark = offset(reader.get(offsetBits));
    const isDamaged = reader.get(1) === 1;
    const role = this.readRole(id);
    copies.push({
      log,
      // Producers of a search are not idempotent: there is nothing to remember of them, wherever and with whatever a replica began.
      ownLog: log,
      producers: log.producers,
      producersFrom: noOffset,
      logStart,
      highWatermark,
      epochs,
      cleaned: noOffsets,
      role,
      isDamaged,
    });
  }

  private readRole(id: number): Role {
    const { reader } = this;
    const kind = roleKinds[reader.get(2)]!;
    if (kind === "down") return { kind };
    const epoch = leaderEpoch(reader.get(epochBits));
    if (kind === "idle") return { kind, from: epoch, isRegistered: true };
    if (kind === "follower") return { kind, epoch };
    const epochStartOffset = offset(reader.get(offsetBits));
    const isr = this.readSet();
    const version = partitionEpoch(reader.get(1) === 1 ? presentEpoch : pastEpoch);
    const proposed = reader.get(1) === 1 ? this.readSet() : undefined;
    const fetched: (Fetched | undefined)[] = [undefined];
    for (let other = 1; other <= this.scope.brokers; other++) fetched.push(other === id ? undefined : this.readFetched());
    return { kind, epoch, epochStartOffset, isr, partitionEpoch: version, proposed, fetched };
  }

  private readFetched(): Fetched | undefined {
    const { reader } = this;
    const upToOffset = reader.get(offsetBits);
    if (upToOffset === 0) return undefined;
    return { offset: offset(upToOffset - 1), brokerEpoch: reader.get(1) === 1 ? presentProcess : pastProcess };
  }

  private readLog(): Pick<Copy, "epochs" | "log" | "logStart"> {
    const { reader } = this;
    const log = logWithId(this.root, reader.get(logBits));
    const logStart = offset(reader.get(offsetBits));
    const count = reader.get(epochBits);
    const epochs: EpochStart[] = [];
    for (let at = 0; at < count; at++) {
      epochs.push({ epoch: leaderEpoch(reader.get(epochBits)), startOffset: offset(reader.get(offsetBits)) });
    }
    return { log, logStart, epochs };
  }

  private readTerm(epoch: number): Term | undefined {
    const { reader } = this;
    if (reader.get(1) === 0) return undefined;
    const leader = this.readSlot();
    const isr = this.readSet();
    const version = partitionEpoch(reader.get(1) === 1 ? presentEpoch : epoch);
    const hasBegun = reader.get(1) === 1;
    if (!hasBegun)
      return {
        leader,
        isr,
        partitionEpoch: version,
        hasBegun,
        log: this.root,
        epochs: [],
        logStart: offset(0),
        highWatermark: offset(0),
      };
    const { epochs, log, logStart } = this.readLog();
    const highWatermark = offset(reader.get(offsetBits));
    return { leader, isr, partitionEpoch: version, hasBegun, log, epochs, logStart, highWatermark };
  }

  private readProposals(): readonly Proposal[] {
    const { reader } = this;
    const count = reader.get(2);
    const proposals: Proposal[] = [];
    for (let at = 0; at < count; at++) {
      const leader = this.readSlot();
      const epoch = leaderEpoch(reader.get(epochBits));
      const version = partitionEpoch(reader.get(1) === 1 ? presentEpoch : pastEpoch);
      const isr = this.readSet();
      const brokerEpochs: (number | undefined)[] = [undefined];
      for (let id = 1; id <= this.scope.brokers; id++)
        brokerEpochs.push([undefined, presentProcess, pastProcess][reader.get(2)]);
      proposals.push({ leader, leaderEpoch: epoch, partitionEpoch: version, isr, brokerEpochs });
    }
    return proposals;
  }

  private readLate(): readonly LateFetch[] {
    const { reader } = this;
    const count = reader.get(2);
    return Array.from({ length: count }, () => ({
      follower: this.readSlot(),
      to: this.readSlot(),
      brokerEpoch: reader.get(1) === 1 ? presentProcess : pastProcess,
      epoch: leaderEpoch(reader.get(epochBits)),
      fetchOffset: offset(reader.get(offsetBits)),
      lastFetchedEpoch: leaderEpoch(reader.get(epochBits) - 1),
    }));
  }

  private readDeposed(): World["deposed"] {
    const { reader } = this;
    if (reader.get(1) === 0) return undefined;
    const leader = this.readSlot();
    const epoch = leaderEpoch(reader.get(epochBits));
    return { leader, leaderEpoch: epoch, isr: this.readSet(), partitionEpoch: partitionEpoch(pastEpoch) };
  }

  private readSlot(): BrokerId {
    const slot = this.reader.get(this.slotBits);
    return slot === 0 ? noLeader : brokerId(slot);
  }

  private readSet(): BrokerSet {
    return (this.reader.get(this.scope.brokers) << 1) as BrokerSet;
  }
}
