import { errorCode } from "../../../model/error-code.ts";
import type { BrokerId, LeaderEpoch, Offset } from "../../../model/ids.ts";
import { earliestTimestamp, latestTimestamp } from "../protocol/fetch.ts";
import type { ListOffsetsRequest } from "../protocol/fetch.ts";
import type { RequestChannel } from "../request-channel.ts";
import type { Replica } from "./replica.ts";

/** What a leader has of a partition, committed or not. */
export interface LeaderRange {
  readonly logStart: Offset;
  readonly endOffset: Offset;
}

/** A follower's way to its leader. */
interface Asker {
  readonly channel: RequestChannel;
  readonly replicaId: BrokerId;
  readonly timeoutMs: number;
}

interface Following {
  readonly replica: Replica;
  readonly leaderEpoch: LeaderEpoch;
}

/** Asks a leader first for its log's end and then for its start. `onKnown` hears undefined where there is no answer to either. */
export function askWhereLeaderIs(asker: Asker, following: Following, onKnown: (range: LeaderRange | undefined) => void): void {
  ask(asker, following, latestTimestamp, (endOffset) => {
    if (endOffset === undefined) onKnown(undefined);
    else
      ask(asker, following, earliestTimestamp, (logStart) =>
        onKnown(logStart === undefined ? undefined : { logStart, endOffset }),
      );
  });
}

function ask(
  { channel, replicaId, timeoutMs }: Asker,
  { leaderEpoch: currentLeaderEpoch, replica }: Following,
  timestamp: number,
  onAnswer: (found: Offset | undefined) => void,
): void {
  const partitions = [{ partitionIndex: replica.index, currentLeaderEpoch, timestamp }];
  const request: ListOffsetsRequest = { api: "ListOffsets", replicaId, topics: [{ name: replica.topic, partitions }] };
  channel.send(request, timeoutMs, (response) => {
    const found = response?.topics[0]?.partitions[0];
    onAnswer(found?.errorCode === errorCode.NONE ? found.offset : undefined);
  });
}
