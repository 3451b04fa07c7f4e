/** Commits offsets for a group member and fetches committed ones, trying again while the coordinator moves. */

import { errorCode, errorName, isRetriable } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { indexOf, topicOf, topicPartition } from "../../../model/ids.ts";
import type { Generation, GroupId, MemberId, Offset, TopicPartition } from "../../../model/ids.ts";
import type { OffsetOf } from "../../../model/history.ts";
import type { ConsumerSettings } from "../../../model/settings.ts";
import { byTopic } from "../protocol/by-topic.ts";
import { offsetsByTopic } from "../protocol/offsets-by-topic.ts";
import type { OffsetCommitRequest, OffsetFetchResponse } from "../protocol/group.ts";
import { backoffMs } from "./context.ts";
import type { ClientContext } from "./context.ts";
import type { CoordinatorChannel } from "./coordinator-channel.ts";

/** How long a synchronous commit is tried for (the part of `default.api.timeout.ms`). */
const commitTimeoutMs = 5000;

interface Session {
  readonly member: MemberId;
  readonly generation: Generation;
}

export class OffsetCommitter {
  private readonly context: ClientContext;
  private readonly coordinator: CoordinatorChannel;
  private readonly group: GroupId;
  private readonly instance: { readonly groupInstanceId?: string };
  private readonly settings: ConsumerSettings;
  private commits = 0;

  constructor(
    context: ClientContext,
    coordinator: CoordinatorChannel,
    group: { readonly id: GroupId; readonly instance: string | undefined },
    settings: ConsumerSettings,
  ) {
    this.context = context;
    this.coordinator = coordinator;
    this.group = group.id;
    this.instance = group.instance === undefined ? {} : { groupInstanceId: group.instance };
    this.settings = settings;
  }

  /** Commits; `onDone` hears the last error, `NONE` where the coordinator has acknowledged. */
  commit(offsets: readonly OffsetOf[], session: Session, onDone: (error: ErrorCode) => void): void {
    const { generation, member } = session;
    const commit = this.commits++;
    const { context, group } = this;
    const client = context.id;
    const deadlineUs = context.host.nowUs + commitTimeoutMs * 1000;
    context.record.client({ kind: "commit-started", client, group, member, generation, commit, offsets });
    let attempts = 0;
    let isAmbiguous = false;
    const finish = (error: ErrorCode): void => {
      if (error === errorCode.NONE) context.record.client({ kind: "commit-acked", client, commit });
      else {
        const kind = isAmbiguous ? "commit-unknown" : "commit-refused";
        context.record.client({ kind, client, commit, error: errorName(error) });
      }
      onDone(error);
    };
    const attempt = (): void => {
      attempts++;
      this.coordinator.send(this.request(offsets, session), this.settings["request.timeout.ms"], (response) => {
        const error = response?.topics[0]?.partitions[0]?.errorCode ?? errorCode.DISCONNECTED;
        this.coordinator.isElsewhere(error);
        // Whatever is not a check that failed may have been appended before it went wrong.
        if (isRetriable(error) && error !== errorCode.COORDINATOR_LOAD_IN_PROGRESS) isAmbiguous = true;
        const mayRetry = isRetriable(error) && context.host.nowUs < deadlineUs;
        if (mayRetry) context.host.after(backoffMs(this.settings, attempts), () => attemptAgain(error));
        else finish(error);
      });
    };
    const attemptAgain = (error: ErrorCode): void => {
      const isLatest = commit === this.commits - 1;
      if (context.rules.retriesCommit({ isLatest })) attempt();
      else finish(error);
    };
    attempt();
  }

  /**
   * Fetches the committed offsets of partitions; those without one are missing from the answer. Where a transaction may be about to
   * replace one it asks again (KIP-447). `onFetched` hears of nothing when they are not wanted any more.
   */
  fetch(
    partitions: readonly TopicPartition[],
    isWanted: () => boolean,
    onFetched: (committed: ReadonlyMap<TopicPartition, Offset> | undefined) => void,
  ): void {
    const topics = byTopic(partitions, topicOf, (name, ofTopic) => ({ name, partitionIndexes: ofTopic.map(indexOf) }));
    let attempts = 0;
    const attempt = (): void => {
      if (!isWanted()) {
        onFetched(undefined);
        return;
      }
      attempts++;
      const request = { api: "OffsetFetch", groupId: this.group, topics, requireStable: true } as const;
      this.coordinator.send(request, this.settings["request.timeout.ms"], (response) => {
        const error = response?.errorCode ?? errorCode.DISCONNECTED;
        this.coordinator.isElsewhere(error);
        if (response === undefined || error !== errorCode.NONE || response.topics.some(isUnstable)) {
          this.context.host.after(backoffMs(this.settings, attempts), attempt);
          return;
        }
        const committed = response.topics.flatMap(({ name, partitions: found }) =>
          found
            .filter(({ committedOffset }) => committedOffset >= 0)
            .map(({ committedOffset, partitionIndex }) => [topicPartition(name, partitionIndex), committedOffset] as const),
        );
        onFetched(new Map(committed));
      });
    };
    attempt();
  }

  private request(offsets: readonly OffsetOf[], { generation, member }: Session): OffsetCommitRequest {
    return {
      api: "OffsetCommit",
      groupId: this.group,
      ...this.instance,
      generationIdOrMemberEpoch: generation,
      memberId: member,
      topics: offsetsByTopic(offsets),
    };
  }
}

const isUnstable = ({ partitions }: OffsetFetchResponse["topics"][number]): boolean =>
  partitions.some(({ errorCode: error }) => error === errorCode.UNSTABLE_OFFSET_COMMIT);
