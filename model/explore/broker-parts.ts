/** Replicas, each as a part of a world; and what brokers can be to the controllers. */

import { leaderEpoch, offset, partitionEpoch } from "../ids.ts";
import { nothingCleaned } from "../reference/cleaning.ts";
import type { EpochStart, EpochStarts } from "../reference/epoch-starts.ts";
import { logWithId } from "../reference/log.ts";
import type { Log } from "../reference/log.ts";
import type { BrokerState, Copy, Fetched, Role } from "../reference/state.ts";
import { wordsFor } from "./bits.ts";
import type { BitReader, BitWriter } from "./bits.ts";
import {
  epochBits,
  flagBits,
  logBits,
  offsetBits,
  pastEpoch,
  pastProcess,
  presentEpoch,
  presentProcess,
  roleKinds,
} from "./layout.ts";
import type { Order } from "./orders.ts";
import type { PartForm } from "./part-table.ts";
import type { Scope } from "./scope.ts";

/** Of which epochs others are the past. */
export interface Present {
  readonly partitionEpoch: number;
  readonly brokers: readonly (BrokerState | undefined)[];
}

/** All that brokers can be to the controllers, as processes of the present. */
export const standings: readonly BrokerState[] = Array.from({ length: 1 << flagBits }, (_, flags) => ({
  brokerEpoch: presentProcess,
  isFenced: (flags & 1) !== 0,
  isShuttingDown: (flags & 2) !== 0,
  isUnclean: (flags & 4) !== 0,
  isDiskFailed: false,
}));

const noOffset = offset(0);

export const flagsOf = ({ isFenced, isShuttingDown, isUnclean }: BrokerState): number =>
  (isFenced ? 1 : 0) + (isShuttingDown ? 2 : 0) + (isUnclean ? 4 : 0);

/** Where the processes of all brokers, and the ISR, are the ones that were read. */
export const presentOf = (brokers: number): Present => ({
  partitionEpoch: presentEpoch,
  brokers: Array.from({ length: brokers + 1 }, () => standings[0]),
});

/** What is looked at in a replica. */
export const copyField = {
  log: 0,
  logStart: 1,
  highWatermark: 2,
  epochs: 3,
  isDamaged: 4,
  kind: 5,
  epoch: 6,
  epochStartOffset: 7,
  isr: 8,
  partitionEpoch: 9,
  proposed: 10,
  /** Of broker 1; of the others after it. */
  fetched: 11,
} as const;

export class CopyForm implements PartForm<Copy> {
  readonly width: number;
  private readonly writer: BitWriter;
  private readonly root: Log;
  private readonly brokers: number;
  private readonly present: Present;
  private readonly names = new Names();

  constructor({ brokers, epochs }: Scope, root: Log, writer: BitWriter) {
    this.writer = writer;
    this.root = root;
    this.brokers = brokers;
    this.present = presentOf(brokers);
    const leader = offsetBits + 2 * brokers + 2 + brokers * (offsetBits + 1);
    this.width = wordsFor(positionBits(epochs) + 1 + 2 + epochBits + leader);
  }

  write(copy: Copy, order: Order, present: Present = this.present): void {
    const { writer } = this;
    const { role } = copy;
    writer.begin(order);
    writePosition(writer, copy);
    writer.putFlag(copy.isDamaged);
    writer.put(roleKinds.indexOf(role.kind), 2);
    if (role.kind === "down") return;
    writer.put(role.kind === "idle" ? role.from : role.epoch, epochBits);
    if (role.kind !== "leader") return;
    const { epochStartOffset, fetched, isr, partitionEpoch: version, proposed } = role;
    writer.put(epochStartOffset, offsetBits);
    writer.putSet(isr);
    writer.putFlag(version === present.partitionEpoch);
    writer.putFlag(proposed !== undefined);
    if (proposed !== undefined) writer.putSet(proposed);
    for (const other of order.brokers) {
      const position = fetched[other];
      writer.put(position === undefined ? 0 : position.offset + 1, offsetBits);
      if (position !== undefined) writer.putFlag(position.brokerEpoch === present.brokers[other]!.brokerEpoch);
    }
  }

  read(reader: BitReader): Copy {
    const position = readPosition(reader, this.root);
    const isDamaged = reader.getFlag();
    const { log } = position;
    const role = this.readRole(reader);
    // Producers of a search are not idempotent: there is nothing to remember of them, wherever and with whatever a replica began.
    const remembered = { ownLog: log, producers: log.producers, producersFrom: noOffset };
    return { ...position, ...remembered, cleaned: nothingCleaned, role, isDamaged };
  }

  hasNames({ role }: Copy): boolean {
    return role.kind === "leader";
  }

  fieldsOf({ epochs, highWatermark, isDamaged, log, logStart, role }: Copy): readonly number[] {
    const kind = roleKinds.indexOf(role.kind);
    const own = [log.id, logStart, highWatermark, this.names.of(startsText(epochs)), isDamaged ? 1 : 0, kind];
    if (role.kind === "down") return own;
    if (role.kind !== "leader") return [...own, role.kind === "idle" ? role.from : role.epoch];
    const { epoch, epochStartOffset, fetched, isr, partitionEpoch: version, proposed = -1 } = role;
    const heard = fetched.slice(1).map((one) => (one === undefined ? 0 : 1 + 2 * one.offset + one.brokerEpoch - pastProcess));
    return [...own, epoch, epochStartOffset, isr, version - pastEpoch, proposed + 1, ...heard];
  }

  private readRole(reader: BitReader): Role {
    const kind = roleKinds[reader.get(2)]!;
    if (kind === "down") return { kind };
    const epoch = leaderEpoch(reader.get(epochBits));
    if (kind === "idle") return { kind, from: epoch, isRegistered: true };
    if (kind === "follower") return { kind, epoch };
    const epochStartOffset = offset(reader.get(offsetBits));
    const isr = reader.getSet();
    const version = partitionEpoch(reader.getFlag() ? presentEpoch : pastEpoch);
    const proposed = reader.getFlag() ? reader.getSet() : undefined;
    const fetched: (Fetched | undefined)[] = [undefined];
    for (let other = 1; other <= this.brokers; other++) fetched.push(readFetched(reader));
    return { kind, epoch, epochStartOffset, isr, partitionEpoch: version, proposed, fetched };
  }
}

function readFetched(reader: BitReader): Fetched | undefined {
  const upToOffset = reader.get(offsetBits);
  if (upToOffset === 0) return undefined;
  return { offset: offset(upToOffset - 1), brokerEpoch: reader.getFlag() ? presentProcess : pastProcess };
}

/** Texts, counted. */
export class Names {
  private readonly known = new Map<string, number>();

  of(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    this.known.set(text, this.known.size);
    return this.known.size - 1;
  }
}

export const startsText = (epochs: EpochStarts): string =>
  epochs.map(({ epoch, startOffset }) => `${epoch}/${startOffset}`).join(" ");

// --- logs --------------------------------------------------------------------------------------------------------------

/** A log, and how it stands. */
type Position = Pick<Copy, "epochs" | "highWatermark" | "log" | "logStart">;

export const positionBits = (epochs: number): number =>
  logBits + 2 * offsetBits + epochBits + (epochs + 1) * (epochBits + offsetBits);

export function writePosition(writer: BitWriter, { epochs, highWatermark, log, logStart }: Position): void {
  writer.put(log.id, logBits);
  writer.put(logStart, offsetBits);
  writer.put(highWatermark, offsetBits);
  writer.put(epochs.length, epochBits);
  for (const { epoch, startOffset } of epochs) {
    writer.put(epoch, epochBits);
    writer.put(startOffset, offsetBits);
  }
}

export function readPosition(reader: BitReader, root: Log): Position {
  const log = logWithId(root, reader.get(logBits));
  const logStart = offset(reader.get(offsetBits));
  const highWatermark = offset(reader.get(offsetBits));
  const count = reader.get(epochBits);
  const epochs: EpochStart[] = [];
  for (let at = 0; at < count; at++) {
    epochs.push({ epoch: leaderEpoch(reader.get(epochBits)), startOffset: offset(reader.get(offsetBits)) });
  }
  return { log, logStart, highWatermark, epochs };
}
