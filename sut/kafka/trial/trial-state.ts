/** How far a trial's cluster and groups have come to rest, as its brokers and its history say. */

import type { GroupDescription, HistoryEvent, PartitionDescription } from "../../../model/history.ts";
import { offsetsTopic, topicPartition } from "../../../model/ids.ts";
import type { Generation, GroupId, MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import type { GroupOptions, TrialOptions } from "../../../model/schedule.ts";
import type { KafkaClients } from "../clients/kafka-clients.ts";
import type { Observer } from "../cluster/observer.ts";
import { committedOffsets, describeGroup } from "../wire/groups.ts";
import { listOffset } from "../wire/list-offsets.ts";
import type { TrialNames } from "./trial-names.ts";
import { partitionsOf } from "./trial-topics.ts";

export interface TrialParts {
  readonly options: TrialOptions;
  readonly names: TrialNames;
  readonly observer: Observer;
  readonly clients: Pick<KafkaClients, "running" | "unfinished">;
}

/** How things stand at one moment. */
export interface TrialLook {
  /** What has not come to rest yet, in words; empty when everything has. Groups are left out while anything else moves. */
  readonly unsettled: readonly string[];
  /** The trial's partitions and the one of the groups. */
  readonly partitions: readonly PartitionDescription[];
  readonly groups: readonly GroupDescription[];
}

/** How far a member has come with a partition since it was assigned it. */
interface Position {
  readonly member: MemberId;
  readonly generation: Generation;
  readonly offset: number;
  /** Records before it were processed, rather than passed over where reading began. */
  readonly isByProcessing: boolean;
}

/** Follows a trial by its events, and asks the brokers for the rest. */
export class TrialState {
  private readonly parts: TrialParts;
  private readonly positions = new Map<string, Position>();

  constructor(parts: TrialParts) {
    this.parts = parts;
  }

  /** Takes note of where groups are. Only the latest holder of a partition counts: another one may still be busy with it. */
  observe(event: HistoryEvent): void {
    if (event.kind === "assigned") {
      for (const partition of event.partitions) this.positions.delete(positionKey({ group: event.group, partition }));
    } else if (event.kind === "position-set") {
      const { generation, member, offset } = event;
      const known = this.positions.get(positionKey(event));
      if (known !== undefined && known.generation > generation) return;
      this.positions.set(positionKey(event), { member, generation, offset, isByProcessing: false });
    } else if (event.kind === "processed") {
      const known = this.positions.get(positionKey(event));
      if (known === undefined || known.member !== event.member || known.generation !== event.generation) return;
      this.positions.set(positionKey(event), { ...known, offset: event.offset + 1, isByProcessing: true });
    }
  }

  /** Looks how things stand. */
  async look(): Promise<TrialLook> {
    const { clients, names, observer, options } = this.parts;
    // Asked first: what clients do while brokers answer is not taken for finished.
    const unfinished = clients.unfinished();
    const partitions = partitionsOf(options.topics).map((partition) => names.partition(partition));
    const [replication, ...groups] = await Promise.all([
      observer.replication([...partitions, topicPartition(offsetsTopic, 0)]),
      ...options.groups.map((group) => this.describeGroup(group)),
    ]);
    const isQuiet = unfinished.length === 0 && replication.missing.length === 0;
    const unsettled = isQuiet ? await Promise.all(groups.map((group) => this.unsettledGroup(group))) : [];
    return {
      unsettled: [...unfinished, ...replication.missing, ...unsettled.flat()],
      partitions: [...replication.partitions.values()].map(({ isr, leader, partition, replicas }) => {
        return { partition: names.inSchedule(partition), leader, replicas, isr };
      }),
      groups,
    };
  }

  private async describeGroup(options: GroupOptions): Promise<GroupDescription> {
    const { clients, names, observer } = this.parts;
    const running = clients.running(options);
    const unknown = { group: options.id, state: "unknown", members: [], committed: [], running };
    const group = names.group(options.id);
    const coordinator = await observer.coordinator(group);
    const peer = coordinator === undefined ? undefined : observer.peer(coordinator);
    if (peer === undefined) return unknown;
    const partitions = this.partitionsOfGroup(options).map((partition) => names.partition(partition));
    const [described, committed] = await Promise.all([
      describeGroup(peer, group).catch(() => undefined),
      committedOffsets(peer, group, partitions).catch(() => undefined),
    ]);
    if (described === undefined || described.errorCode !== 0 || committed === undefined) return unknown;
    return {
      group: options.id,
      // A group that nobody has ever been in does not exist: to those who wait for it, it is just empty.
      state: described.state === "Dead" ? "Empty" : described.state,
      members: described.members.map(({ clientId }) => clientId),
      committed: committed.map(({ offset, partition }) => ({ partition: names.inSchedule(partition), offset })),
      running,
    };
  }

  private async unsettledGroup({ committed, group, members, running, state }: GroupDescription): Promise<readonly string[]> {
    const options = this.parts.options.groups.find(({ id }) => id === group)!;
    const isWhole = members.length === running.length && running.every((client) => members.includes(client));
    if (state !== (running.length > 0 ? "Stable" : "Empty") || !isWhole) return [`group ${group} to settle`];
    if (running.length === 0) return [];
    const known = new Map(committed.map(({ offset, partition }) => [partition, offset]));
    const behind = await Promise.all(
      this.partitionsOfGroup(options).map(async (partition) => {
        const end = await this.endOf(partition);
        return end !== undefined && this.isCaughtUp(options, partition, { end, committed: known.get(partition) })
          ? []
          : [`group ${group} to catch up with ${partition}`];
      }),
    );
    return behind.flat();
  }

  private isCaughtUp(
    { commit, id }: GroupOptions,
    partition: TopicPartition,
    { committed, end }: { readonly end: Offset; readonly committed: Offset | undefined },
  ): boolean {
    const position = this.positions.get(positionKey({ group: id, partition }));
    if (position === undefined || position.offset < end) return false;
    return commit !== "after-processing" || !position.isByProcessing || committed === end;
  }

  /** The high watermark, by the word of the partition's leader. */
  private async endOf(partition: TopicPartition): Promise<Offset | undefined> {
    const { names, observer } = this.parts;
    const onCluster = names.partition(partition);
    return observer.askLeader(onCluster, (peer) => listOffset(peer, onCluster, "latest"));
  }

  private partitionsOfGroup({ topics }: GroupOptions): readonly TopicPartition[] {
    return partitionsOf(this.parts.options.topics.filter(({ name }) => topics.includes(name)));
  }
}

const positionKey = ({ group, partition }: { readonly group: GroupId; readonly partition: TopicPartition }): string =>
  `${group} ${partition}`;
