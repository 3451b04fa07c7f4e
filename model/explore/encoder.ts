/**
 * Worlds as a few words each: what a search of millions of them remembers.
 *
 * Two worlds that differ in nothing that can matter any more have the same words. So brokers are renamed to the first of all
 * orders (they are alike but for what has happened to them), epochs of partitions and of processes are only told apart into
 * present and past, and of terms only those are kept in which somebody still acts, or can come to act.
 */

import type { BrokerSet } from "../reference/broker-set.ts";
import type { Copy, PartitionState, Proposal } from "../reference/state.ts";
import { BitWriter } from "./bits.ts";
import { countBits, epochBits, lateMax, logBits, offsetBits, proposalsMax, roleKinds, slotBitsOf } from "./layout.ts";
import { ordersOf } from "./orders.ts";
import type { Order } from "./orders.ts";
import type { Scope } from "./scope.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { World } from "./world.ts";

export class Encoder {
  /** How many 32-bit words each world takes. */
  readonly words: number;
  private readonly scope: Scope;
  private readonly slotBits: number;
  private readonly orders: readonly Order[];
  private readonly writer: BitWriter;
  private readonly keepsTerms: boolean;
  private readonly keepsProposals: boolean;
  private readonly best: Uint32Array;
  private readonly signatures: number[] = [];

  constructor(scope: Scope) {
    this.scope = scope;
    this.slotBits = slotBitsOf(scope.brokers);
    this.orders = ordersOf(scope.brokers);
    this.keepsTerms = scope.without.includes("late-response");
    this.keepsProposals = scope.without.includes("partition-epoch");
    this.writer = new BitWriter();
    this.words = this.writer.wordsMax(this.bitsAtMost());
    this.best = new Uint32Array(this.words);
  }

  /** The words of a world, until the next call. */
  encode(world: World): Uint32Array {
    this.sign(world);
    let isFirst = true;
    for (const order of this.orders) {
      if (!this.isSorted(order)) continue;
      this.write(world, order);
      if (isFirst || isBefore(this.writer.words, this.best)) this.best.set(this.writer.words.subarray(0, this.words));
      isFirst = false;
    }
    return this.best;
  }

  /** How a broker looks from outside: brokers that look different need not be tried in every order. */
  private sign({ cluster }: World): void {
    const partition = cluster.partitions.get(thePartition)!;
    for (let slot = 0; slot < this.scope.brokers; slot++) {
      const id = slot + 1;
      const { highWatermark, log, role } = partition.copies[id]!;
      const standing = cluster.brokers[id]!;
      const epoch = role.kind === "down" ? 0 : role.kind === "idle" ? role.from : role.epoch;
      const bit = 1 << id;
      const isIn =
        ((partition.isr & bit) === 0 ? 0 : 1) + ((partition.elr & bit) === 0 ? 0 : 2) + (partition.leader === id ? 4 : 0);
      const isFenced = standing.isFenced ? 1 : 0;
      this.signatures[slot] =
        ((((((log.id * 8 + highWatermark) * 8 + epoch) * 4 + roleKinds.indexOf(role.kind)) * 8 + isIn) * 2) | isFenced) >>> 0;
    }
  }

  private isSorted(order: Order): boolean {
    const { signatures } = this;
    for (let at = 1; at < order.brokers.length; at++) {
      if (signatures[order.brokers[at - 1]! - 1]! > signatures[order.brokers[at]! - 1]!) return false;
    }
    return true;
  }

  // --- writing -----------------------------------------------------------------------------------------------------------

  private write(world: World, order: Order): void {
    const { writer } = this;
    const partition = partitionOf(world);
    writer.begin();
    this.writeSlot(order, partition.leader);
    writer.put(partition.leaderEpoch, epochBits);
    this.writeSet(order, partition.isr);
    this.writeSet(order, partition.elr);
    this.writeSlot(order, partition.lastKnownLeader);
    writer.put(partition.committed.id, logBits);
    const { crashes, deletions, powerLosses, records } = world.used;
    writer.put(records, countBits);
    writer.put(crashes, countBits);
    writer.put(powerLosses, countBits);
    writer.put(deletions, countBits);
    writer.put(world.cluster.controllerEpoch, 1);
    for (const id of order.brokers) this.writeBroker(world, partition, order, id);
    for (let epoch = 0; epoch <= partition.leaderEpoch; epoch++) this.writeTerm(partition, order, epoch);
    this.writeProposals(world, partition, order);
    if (this.scope.lateFetches) this.writeLate(world, order);
    if (this.scope.deposedController) this.writeDeposed(world, partition, order);
    writer.end();
  }

  private writeBroker({ cluster }: World, partition: PartitionState, order: Order, id: number): void {
    const { writer } = this;
    const { brokerEpoch: _epoch, isFenced, isShuttingDown, isUnclean } = cluster.brokers[id]!;
    writer.put((isFenced ? 1 : 0) + (isShuttingDown ? 2 : 0) + (isUnclean ? 4 : 0), 3);
    const copy = partition.copies[id]!;
    const { role } = copy;
    this.writeLog(copy);
    writer.put(copy.highWatermark, offsetBits);
    writer.put(copy.isDamaged ? 1 : 0, 1);
    writer.put(roleKinds.indexOf(role.kind), 2);
    if (role.kind === "down") return;
    writer.put(role.kind === "idle" ? role.from : role.epoch, epochBits);
    if (role.kind !== "leader") return;
    writer.put(role.epochStartOffset, offsetBits);
    this.writeSet(order, role.isr);
    writer.put(role.partitionEpoch === partition.partitionEpoch ? 1 : 0, 1);
    writer.put(role.proposed === undefined ? 0 : 1, 1);
    if (role.proposed !== undefined) this.writeSet(order, role.proposed);
    for (const other of order.brokers) {
      const fetched = role.fetched[other];
      if (other === id) continue;
      writer.put(fetched === undefined ? 0 : fetched.offset + 1, offsetBits);
      if (fetched !== undefined) writer.put(fetched.brokerEpoch === cluster.brokers[other]!.brokerEpoch ? 1 : 0, 1);
    }
  }

  private writeLog({ epochs, log, logStart }: Pick<Copy, "epochs" | "log" | "logStart">): void {
    const { writer } = this;
    writer.put(log.id, logBits);
    writer.put(logStart, offsetBits);
    writer.put(epochs.length, epochBits);
    for (const { epoch, startOffset } of epochs) {
      writer.put(epoch, epochBits);
      writer.put(startOffset, offsetBits);
    }
  }

  private writeTerm(partition: PartitionState, order: Order, epoch: number): void {
    const { writer } = this;
    const term = partition.terms[epoch];
    const isKept = term !== undefined && (this.keepsTerms || epoch === partition.leaderEpoch || isOpen(partition, epoch));
    writer.put(isKept ? 1 : 0, 1);
    if (!isKept) return;
    this.writeSlot(order, term.leader);
    this.writeSet(order, term.isr);
    writer.put(term.partitionEpoch === partition.partitionEpoch ? 1 : 0, 1);
    writer.put(term.hasBegun ? 1 : 0, 1);
    if (!term.hasBegun) return;
    this.writeLog(term);
    writer.put(term.highWatermark, offsetBits);
  }

  private writeProposals({ cluster }: World, partition: PartitionState, order: Order): void {
    const { writer } = this;
    const alive = partition.proposals.filter((one) => this.keepsProposals || isPresent(partition, one)).slice(-proposalsMax);
    writer.put(alive.length, 2);
    for (const { brokerEpochs, isr, leader, leaderEpoch: epoch, partitionEpoch: version } of alive) {
      this.writeSlot(order, leader);
      writer.put(epoch, epochBits);
      writer.put(version === partition.partitionEpoch ? 1 : 0, 1);
      this.writeSet(order, isr);
      for (const id of order.brokers) {
        const heardFrom = brokerEpochs[id];
        writer.put(heardFrom === undefined ? 0 : heardFrom === cluster.brokers[id]!.brokerEpoch ? 1 : 2, 2);
      }
    }
  }

  private writeLate({ cluster, late }: World, order: Order): void {
    const { writer } = this;
    const sorted = late.toSorted(
      (left, right) =>
        order.slots[left.follower]! - order.slots[right.follower]! || order.slots[left.to]! - order.slots[right.to]!,
    );
    writer.put(sorted.length, 2);
    for (const { brokerEpoch, epoch, fetchOffset, follower, lastFetchedEpoch, to } of sorted) {
      this.writeSlot(order, follower);
      this.writeSlot(order, to);
      writer.put(brokerEpoch === cluster.brokers[follower]!.brokerEpoch ? 1 : 0, 1);
      writer.put(epoch, epochBits);
      writer.put(fetchOffset, offsetBits);
      writer.put(lastFetchedEpoch + 1, epochBits);
    }
  }

  private writeDeposed({ deposed }: World, _partition: PartitionState, order: Order): void {
    const { writer } = this;
    writer.put(deposed === undefined ? 0 : 1, 1);
    if (deposed === undefined) return;
    this.writeSlot(order, deposed.leader);
    writer.put(deposed.leaderEpoch, epochBits);
    this.writeSet(order, deposed.isr);
  }

  private writeSlot(order: Order, broker: number): void {
    this.writer.put(broker < 0 ? 0 : order.slots[broker]!, this.slotBits);
  }

  private writeSet(order: Order, set: BrokerSet): void {
    this.writer.put(order.renamed[set]! >> 1, this.scope.brokers);
  }

  /** As many bits as a world of this scope can take. */
  private bitsAtMost(): number {
    const { brokers, deposedController, epochs, lateFetches } = this.scope;
    const { slotBits } = this;
    const log = logBits + offsetBits + epochBits + (epochs + 1) * (epochBits + offsetBits);
    const leader = offsetBits + 2 * brokers + 2 + (brokers - 1) * (offsetBits + 1);
    const broker = 3 + log + offsetBits + 1 + 2 + epochBits + leader;
    const term = 1 + slotBits + brokers + 2 + log + offsetBits;
    const proposal = slotBits + epochBits + 1 + 3 * brokers;
    const late = 2 + lateMax * (2 * slotBits + 1 + 2 * epochBits + offsetBits);
    const head = 2 * slotBits + epochBits + 2 * brokers + logBits + 4 * countBits + 1;
    const all = head + brokers * broker + (epochs + 1) * term + 2 + proposalsMax * proposal;
    return all + (lateFetches ? late : 0) + (deposedController ? 1 + slotBits + epochBits + brokers : 0);
  }
}

/** Whether somebody acts in a term that is over, or has not heard yet that it is. */
function isOpen({ copies }: PartitionState, epoch: number): boolean {
  for (const copy of copies) {
    if (copy === undefined || copy.role.kind === "down") continue;
    if (copy.role.kind === "idle" ? copy.role.from <= epoch : copy.role.epoch <= epoch) return true;
  }
  return false;
}

const isPresent = ({ leader, leaderEpoch: epoch, partitionEpoch: version }: PartitionState, proposal: Proposal): boolean =>
  proposal.leader === leader && proposal.leaderEpoch === epoch && proposal.partitionEpoch === version;

function isBefore(left: Uint32Array, right: Uint32Array): boolean {
  for (let at = 0; at < right.length; at++) if (left[at]! !== right[at]!) return left[at]! < right[at]!;
  return false;
}
