/** Reads the logs of a trial from their first to their last record, when everything is over. */

import { offset } from "../../../model/ids.ts";
import type { Offset, TopicPartition } from "../../../model/ids.ts";
import type { Observer } from "../cluster/observer.ts";
import { monotonicUs } from "../clients/messages.ts";
import { until } from "../until.ts";
import { fetch } from "../wire/fetch.ts";
import { listOffset } from "../wire/list-offsets.ts";
import type { FetchedRecord } from "../wire/record-batches.ts";
import type { TrialParts } from "./trial-state.ts";
import type { TrialRecorder } from "./trial-recorder.ts";
import { partitionsOf } from "./trial-topics.ts";

/** How long reading back may take. */
const readBackLimitMs = 20_000;

/**
 * Reads every partition of the trial and records what is in it. Asks the leaders directly, apart from the clients under test.
 * Returns what could not be read before the limit, in words.
 */
export async function readBack(
  { names, observer, options }: Pick<TrialParts, "names" | "observer" | "options">,
  record: TrialRecorder,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const unread = new Set(partitionsOf(options.topics));
  const look = async (): Promise<readonly string[]> => {
    await Promise.all(
      [...unread].map(async (partition) => {
        const log = await readLog(observer, names.partition(partition));
        if (log === undefined) return;
        unread.delete(partition);
        for (const found of log.records) record.client({ kind: "read-back", partition, ...found }, monotonicUs());
        const { endOffset, startOffset } = log;
        record.client({ kind: "read-back-finished", partition, startOffset, endOffset }, monotonicUs());
      }),
    );
    return [...unread].map((partition) => `${partition} to be read back`);
  };
  return until(look, { limitMs: readBackLimitMs, signal });
}

interface Log {
  readonly startOffset: Offset;
  readonly endOffset: Offset;
  readonly records: readonly FetchedRecord[];
}

/** The whole log of a partition; undefined where its leader does not let it be read to the end now. */
async function readLog(observer: Observer, partition: TopicPartition): Promise<Log | undefined> {
  const ask = <T>(question: Parameters<typeof observer.askLeader<T>>[1]): Promise<T | undefined> =>
    observer.askLeader(partition, question);
  const startOffset = await ask((peer) => listOffset(peer, partition, "earliest"));
  const endOffset = await ask((peer) => listOffset(peer, partition, "latest"));
  if (startOffset === undefined || endOffset === undefined) return undefined;
  const records: FetchedRecord[] = [];
  let next: number = startOffset;
  while (next < endOffset) {
    const from = offset(next);
    const answer = await ask((peer) => fetch(peer, partition, from));
    const last = answer?.errorCode === 0 ? answer.records.at(-1) : undefined;
    if (answer === undefined || last === undefined) return undefined;
    records.push(...answer.records);
    next = last.offset + 1;
  }
  return { startOffset, endOffset, records: records.filter((record) => record.offset < endOffset) };
}
