/** What a world is beside its brokers and its terms: what the controllers have decided, and fetches that are late. */

import { leaderEpoch, offset, partitionEpoch } from "../ids.ts";
import { logWithId } from "../reference/log.ts";
import type { Log } from "../reference/log.ts";
import type { PartitionState } from "../reference/state.ts";
import { wordsFor } from "./bits.ts";
import type { BitReader, BitWriter } from "./bits.ts";
import { Names, presentOf } from "./broker-parts.ts";
import type { Present } from "./broker-parts.ts";
import { epochBits, lateMax, logBits, offsetBits, pastEpoch, pastProcess, presentProcess, slotBitsOf } from "./layout.ts";
import type { Order } from "./orders.ts";
import type { PartForm } from "./part-table.ts";
import type { Scope } from "./scope.ts";
import type { LateFetch, World } from "./world.ts";

export interface HeadPart extends Pick<World, "deposed" | "late"> {
  readonly controllerEpoch: number;
  readonly decided: Decided;
}

/** What of a partition the controllers decide, and what is committed. */
export type Decided = Pick<
  PartitionState,
  "committed" | "elr" | "isr" | "lastKnownLeader" | "leader" | "leaderEpoch" | "lossyEpoch"
>;

/** What a search looks at in a head. */
export const headField = {
  leader: 0,
  leaderEpoch: 1,
  isr: 2,
  elr: 3,
  lastKnownLeader: 4,
  committed: 5,
  controllerEpoch: 6,
  late: 7,
  deposed: 8,
  lossyEpoch: 9,
} as const;

export class HeadForm implements PartForm<HeadPart> {
  readonly width: number;
  private readonly scope: Scope;
  private readonly writer: BitWriter;
  private readonly root: Log;
  private readonly present: Present;
  private readonly names = new Names();

  constructor(scope: Scope, root: Log, writer: BitWriter) {
    this.scope = scope;
    this.writer = writer;
    this.root = root;
    this.present = presentOf(scope.brokers);
    this.width = wordsFor(bitsAtMost(scope));
  }

  write(head: HeadPart, order: Order, present: Present = this.present): void {
    const { writer } = this;
    const { controllerEpoch, decided, deposed, late } = head;
    writer.begin(order);
    writer.putBroker(decided.leader);
    writer.put(decided.leaderEpoch, epochBits);
    writer.putSet(decided.isr);
    writer.putSet(decided.elr);
    writer.putBroker(decided.lastKnownLeader);
    writer.put(decided.committed.id, logBits);
    writer.put(decided.lossyEpoch + 1, epochBits);
    writer.put(controllerEpoch, 1);
    if (this.scope.lateFetches) this.writeLate(late, order, present);
    if (this.scope.deposedController) this.writeDeposed(deposed);
  }

  read(reader: BitReader): HeadPart {
    const leader = reader.getBroker();
    const epoch = leaderEpoch(reader.get(epochBits));
    const isr = reader.getSet();
    const elr = reader.getSet();
    const lastKnownLeader = reader.getBroker();
    const committed = logWithId(this.root, reader.get(logBits));
    const lossyEpoch = leaderEpoch(reader.get(epochBits) - 1);
    const controllerEpoch = reader.get(1);
    const decided = { leader, leaderEpoch: epoch, isr, elr, lastKnownLeader, committed, lossyEpoch };
    const late = this.scope.lateFetches ? readLate(reader) : noLate;
    const deposed = this.scope.deposedController ? readDeposed(reader) : undefined;
    return { controllerEpoch, decided, late, deposed };
  }

  hasNames(): boolean {
    return true;
  }

  fieldsOf({ controllerEpoch, decided, deposed, late }: HeadPart): readonly number[] {
    const { committed, elr, isr, lastKnownLeader, leader, leaderEpoch: epoch, lossyEpoch } = decided;
    const own = [leader + 1, epoch, isr, elr, lastKnownLeader + 1, committed.id, controllerEpoch];
    const onTheWay = [this.names.of(JSON.stringify(late)), this.names.of(JSON.stringify(deposed ?? {}))];
    return [...own, ...onTheWay, lossyEpoch + 1];
  }

  private writeLate(late: readonly LateFetch[], order: Order, { brokers }: Present): void {
    const { writer } = this;
    const { slots } = order;
    const sorted = late.toSorted(
      (left, right) => slots[left.follower]! - slots[right.follower]! || slots[left.to]! - slots[right.to]!,
    );
    writer.put(sorted.length, 2);
    for (const { brokerEpoch, epoch, fetchOffset, follower, lastFetchedEpoch, to } of sorted) {
      writer.putBroker(follower);
      writer.putBroker(to);
      writer.putFlag(brokerEpoch === brokers[follower]!.brokerEpoch);
      writer.put(epoch, epochBits);
      writer.put(fetchOffset, offsetBits);
      writer.put(lastFetchedEpoch + 1, epochBits);
    }
  }

  private writeDeposed(deposed: World["deposed"]): void {
    const { writer } = this;
    writer.putFlag(deposed !== undefined);
    if (deposed === undefined) return;
    writer.putBroker(deposed.leader);
    writer.put(deposed.leaderEpoch, epochBits);
    writer.putSet(deposed.isr);
  }
}

const noLate: readonly LateFetch[] = [];

function readLate(reader: BitReader): readonly LateFetch[] {
  const count = reader.get(2);
  return Array.from({ length: count }, () => ({
    follower: reader.getBroker(),
    to: reader.getBroker(),
    brokerEpoch: reader.getFlag() ? presentProcess : pastProcess,
    epoch: leaderEpoch(reader.get(epochBits)),
    fetchOffset: offset(reader.get(offsetBits)),
    lastFetchedEpoch: leaderEpoch(reader.get(epochBits) - 1),
  }));
}

function readDeposed(reader: BitReader): World["deposed"] {
  if (!reader.getFlag()) return undefined;
  const leader = reader.getBroker();
  const epoch = leaderEpoch(reader.get(epochBits));
  return { leader, leaderEpoch: epoch, isr: reader.getSet(), partitionEpoch: partitionEpoch(pastEpoch) };
}

function bitsAtMost({ brokers, deposedController, lateFetches }: Scope): number {
  const slotBits = slotBitsOf(brokers);
  const late = 2 + lateMax * (2 * slotBits + 1 + 2 * epochBits + offsetBits);
  const head = 2 * slotBits + 2 * epochBits + 2 * brokers + logBits + 1;
  return head + (lateFetches ? late : 0) + (deposedController ? 1 + slotBits + epochBits + brokers : 0);
}
