/** What leader epochs have come to, each as a part of a world. */

import { offset, partitionEpoch } from "../ids.ts";
import { noStarts } from "../reference/epoch-starts.ts";
import type { Log } from "../reference/log.ts";
import type { Term } from "../reference/state.ts";
import { wordsFor } from "./bits.ts";
import type { BitReader, BitWriter } from "./bits.ts";
import { Names, positionBits, readPosition, startsText, writePosition } from "./broker-parts.ts";
import { epochBits, presentEpoch, slotBitsOf } from "./layout.ts";
import type { Order } from "./orders.ts";
import type { PartForm } from "./part-table.ts";
import type { Scope } from "./scope.ts";

/** A term with the epoch that it is of. */
export interface TermPart {
  readonly epoch: number;
  readonly term: Term | undefined;
}

/** What is looked at in a term. */
export const termField = {
  leader: 0,
  isr: 1,
  partitionEpoch: 2,
  hasBegun: 3,
  log: 4,
  epochs: 5,
  logStart: 6,
  highWatermark: 7,
} as const;

export class TermForm implements PartForm<TermPart> {
  readonly width: number;
  private readonly writer: BitWriter;
  private readonly root: Log;
  private readonly names = new Names();

  constructor({ brokers, epochs }: Scope, root: Log, writer: BitWriter) {
    this.writer = writer;
    this.root = root;
    this.width = wordsFor(epochBits + 1 + slotBitsOf(brokers) + brokers + 2 + positionBits(epochs));
  }

  write({ epoch, term }: TermPart, order: Order, present: number = presentEpoch): void {
    const { writer } = this;
    writer.begin(order);
    writer.put(epoch, epochBits);
    writer.putFlag(term !== undefined);
    if (term === undefined) return;
    writer.putBroker(term.leader);
    writer.putSet(term.isr);
    writer.putFlag(term.partitionEpoch === present);
    writer.putFlag(term.hasBegun);
    if (term.hasBegun) writePosition(writer, term);
  }

  read(reader: BitReader): TermPart {
    const epoch = reader.get(epochBits);
    if (!reader.getFlag()) return { epoch, term: undefined };
    const leader = reader.getBroker();
    const isr = reader.getSet();
    const version = partitionEpoch(reader.getFlag() ? presentEpoch : epoch);
    const hasBegun = reader.getFlag();
    const start = offset(0);
    const { epochs, highWatermark, log, logStart } = hasBegun
      ? readPosition(reader, this.root)
      : { log: this.root, epochs: noStarts, logStart: start, highWatermark: start };
    return { epoch, term: { leader, isr, partitionEpoch: version, hasBegun, log, epochs, logStart, highWatermark } };
  }

  hasNames({ term }: TermPart): boolean {
    return term !== undefined;
  }

  fieldsOf({ term }: TermPart): readonly number[] {
    if (term === undefined) return [];
    const { epochs, hasBegun, highWatermark, isr, leader, log, logStart, partitionEpoch: version } = term;
    return [leader + 1, isr, version, hasBegun ? 1 : 0, log.id, this.names.of(startsText(epochs)), logStart, highWatermark];
  }
}
