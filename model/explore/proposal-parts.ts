/** ISRs that leaders have asked for, as a part of a world; and how much is used up of what is bounded. */

import { leaderEpoch, partitionEpoch } from "../ids.ts";
import type { PartitionState, Proposal } from "../reference/state.ts";
import { wordsFor } from "./bits.ts";
import type { BitReader, BitWriter } from "./bits.ts";
import { presentOf } from "./broker-parts.ts";
import type { Present } from "./broker-parts.ts";
import {
  countBits,
  epochBits,
  pastEpoch,
  pastProcess,
  presentEpoch,
  presentProcess,
  proposalsMax,
  slotBitsOf,
} from "./layout.ts";
import type { Order } from "./orders.ts";
import type { PartForm } from "./part-table.ts";
import type { Scope } from "./scope.ts";
import type { Used } from "./world.ts";

type Proposals = readonly Proposal[];

export class ProposalsForm implements PartForm<Proposals> {
  readonly width: number;
  private readonly brokers: number;
  private readonly writer: BitWriter;
  private readonly present: Present;
  private readonly keepsAll: boolean;
  private known = 0;

  constructor({ brokers, without }: Scope, writer: BitWriter) {
    this.brokers = brokers;
    this.writer = writer;
    this.present = presentOf(brokers);
    this.keepsAll = without.includes("partition-epoch");
    this.width = wordsFor(2 + proposalsMax * (slotBitsOf(brokers) + epochBits + 1 + 3 * brokers));
  }

  /** Those of a partition that can still be granted. */
  kept(partition: PartitionState): Proposals {
    const isPresent = ({ leader, leaderEpoch: epoch, partitionEpoch: version }: Proposal): boolean =>
      leader === partition.leader && epoch === partition.leaderEpoch && version === partition.partitionEpoch;
    return partition.proposals.filter((one) => this.keepsAll || isPresent(one)).slice(-proposalsMax);
  }

  write(proposals: Proposals, order: Order, { brokers, partitionEpoch: present }: Present = this.present): void {
    const { writer } = this;
    writer.begin(order);
    writer.put(proposals.length, 2);
    for (const { brokerEpochs, isr, leader, leaderEpoch: epoch, partitionEpoch: version } of proposals) {
      writer.putBroker(leader);
      writer.put(epoch, epochBits);
      writer.putFlag(version === present);
      writer.putSet(isr);
      for (const id of order.brokers) {
        const heardFrom = brokerEpochs[id];
        writer.put(heardFrom === undefined ? 0 : heardFrom === brokers[id]!.brokerEpoch ? 1 : 2, 2);
      }
    }
  }

  read(reader: BitReader): Proposals {
    const count = reader.get(2);
    const proposals: Proposal[] = [];
    for (let at = 0; at < count; at++) {
      const leader = reader.getBroker();
      const epoch = leaderEpoch(reader.get(epochBits));
      const version = partitionEpoch(reader.getFlag() ? presentEpoch : pastEpoch);
      const isr = reader.getSet();
      const brokerEpochs: (number | undefined)[] = [undefined];
      for (let id = 1; id <= this.brokers; id++) {
        brokerEpochs.push([undefined, presentProcess, pastProcess][reader.get(2)]);
      }
      proposals.push({ leader, leaderEpoch: epoch, partitionEpoch: version, isr, brokerEpochs });
    }
    return proposals;
  }

  hasNames(proposals: Proposals): boolean {
    return proposals.length > 0;
  }

  /** They are looked at as a whole. */
  fieldsOf(): readonly number[] {
    return [this.known++];
  }
}

// --- what is used up ---------------------------------------------------------------------------------------------------

export const usedBits: number = 4 * countBits;
export const usedMask: number = (1 << usedBits) - 1;
export const countMask: number = (1 << countBits) - 1;

export function packUsed({ crashes, deletions, powerLosses, records }: Used): number {
  const counts = [records, crashes, powerLosses, deletions];
  if (counts.some((count) => count > countMask)) throw new Error("the scope is too large for this search");
  return counts.reduce((packed, count) => (packed << countBits) | count, 0);
}

export const unpackUsed = (packed: number): Used => ({
  records: (packed >>> (3 * countBits)) & countMask,
  crashes: (packed >>> (2 * countBits)) & countMask,
  powerLosses: (packed >>> countBits) & countMask,
  deletions: packed & countMask,
});
