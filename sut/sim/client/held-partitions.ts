/** What a group member holds, as whom, and what the history is told of it. */

import type { ClientId, Generation, GroupId, MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import type { ClientContext } from "./context.ts";
import type { FetchedRecord } from "./fetcher.ts";

/** One incarnation of a member in one generation. */
export interface InGroup {
  readonly client: ClientId;
  readonly group: GroupId;
  readonly member: MemberId;
  readonly generation: Generation;
}

export class HeldPartitions {
  private readonly context: ClientContext;
  private readonly group: GroupId;
  private held: readonly TopicPartition[] = [];
  /** As whom they are held; undefined for a member that has no assignment. */
  private holding: InGroup | undefined;

  constructor(context: ClientContext, group: GroupId) {
    this.context = context;
    this.group = group;
  }

  get partitions(): readonly TopicPartition[] {
    return this.held;
  }

  get holder(): InGroup | undefined {
    return this.holding;
  }

  /** An assignment begins; `isCooperative` where what is held already is gone on with. */
  assign(
    as: { readonly member: MemberId; readonly generation: Generation },
    partitions: readonly TopicPartition[],
    isCooperative: boolean,
  ): void {
    const kept = isCooperative ? { kept: this.keptOf(partitions) } : {};
    this.holding = { client: this.context.id, group: this.group, ...as };
    this.held = partitions;
    this.context.record.client({ kind: "assigned", ...this.holding, partitions, ...kept });
  }

  /** Which of these are held already. */
  keptOf(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
    return partitions.filter((partition) => this.held.includes(partition));
  }

  /** The rest of the assignment stays. */
  giveBack(partitions: readonly TopicPartition[]): void {
    this.context.record.client({ kind: "revoked", ...this.holding!, partitions });
    this.held = this.held.filter((partition) => !partitions.includes(partition));
  }

  /** The whole assignment ends, if there is one: in good order, or because the member was thrown out of its group. */
  end(kind: "revoked" | "lost"): void {
    const { held: partitions, holding } = this;
    this.holding = undefined;
    this.held = [];
    if (holding !== undefined) this.context.record.client({ kind, ...holding, partitions });
  }

  /** Reading of a partition begins here. */
  begin(partition: TopicPartition, position: Offset, from: "committed" | "earliest" | "latest"): void {
    this.context.record.client({ kind: "position-set", ...this.holding!, partition, offset: position, from });
  }

  /** Field by field: copying what holds and what is read into a third object takes several times as long, for every record. */
  tell(kind: "delivered" | "processed", { client, generation, group, member }: InGroup, record: FetchedRecord): void {
    const { offset: position, partition, value } = record;
    this.context.record.client({ kind, client, group, member, generation, partition, offset: position, value });
  }
}
