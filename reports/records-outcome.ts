/** What became of the records of a trial, as its producers and its groups see it. */

import { topicOf } from "../model/ids.ts";
import type { TrialFacts } from "../properties/facts/trial-facts.ts";

/** Records by their values, in the order in which they were sent. */
export interface RecordsOutcome {
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged, or counted as sent with `acks=0`, and not in the log when it was read back. */
  readonly lost: readonly string[];
  /** Of which the producer does not know whether they are written. */
  readonly unclear: readonly string[];
  readonly twiceInLog: readonly string[];
  /** In the log as part of a transaction that was aborted: they count for nobody who reads what is committed. */
  readonly aborted: readonly string[];
  /** By members of one group, whose groups are counted one by one; nothing where there is no group. */
  readonly processedTwice: readonly string[];
  /** In the log, and processed by no member of a group that reads it. */
  readonly neverProcessed: readonly string[];
  /** How many acknowledged records at most were waiting for a group at one time; undefined where there is no group. */
  readonly waitingMost: number | undefined;
  /** What groups have written that commit in transactions; undefined where there is none. */
  readonly output: OutputOutcome | undefined;
}

export interface OutputOutcome {
  /** Records of which output counts, how often they were read or processed. */
  readonly counted: number;
  /** Those of which it counts more than once. */
  readonly twice: readonly string[];
  /** Output records that do not count, because their transactions were aborted. */
  readonly discarded: number;
}

export function recordsOutcomeOf(trial: TrialFacts): RecordsOutcome {
  const inLog = countsOf([...trial.logs.values()].flatMap(({ records }) => records.map(({ value }) => value)));
  const aborted = new Set(abortedIn(trial));
  const processed = countsOf(trial.processed.map(({ event }) => `${event.group}/${event.value}`));
  const sends = [...trial.sends.values()].filter(({ source }) => source === undefined);
  const values = sends.map(({ value }) => value);
  const groupsOf = (value: string): readonly string[] => {
    const topic = topicOf(trial.sends.get(value)!.partition);
    return trial.options.groups.filter(({ topics }) => topics.includes(topic)).map(({ id }) => `${id}/${value}`);
  };
  return {
    sent: sends.length,
    acknowledged: sends.filter(({ outcome }) => outcome.kind === "acked").length,
    lost: sends.filter(({ outcome, value }) => outcome.kind === "acked" && !inLog.has(value)).map(({ value }) => value),
    unclear: sends.filter(({ outcome }) => outcome.kind === "unknown").map(({ value }) => value),
    aborted: values.filter((value) => aborted.has(value)),
    twiceInLog: values.filter((value) => (inLog.get(value) ?? 0) > 1),
    processedTwice: values.filter((value) => groupsOf(value).some((name) => (processed.get(name) ?? 0) > 1)),
    neverProcessed: values.filter(
      (value) => inLog.has(value) && !aborted.has(value) && groupsOf(value).some((name) => !processed.has(name)),
    ),
    output: trial.options.groups.some(({ output }) => output !== undefined) ? outputOutcomeOf(trial) : undefined,
    waitingMost: trial.options.groups.length === 0 ? undefined : mostWaiting(trial),
  };
}

const abortedIn = ({ logs }: TrialFacts): readonly string[] =>
  [...logs.values()].flatMap(({ records }) => records.flatMap(({ fate, value }) => (fate === "abort" ? [value] : [])));

function outputOutcomeOf(trial: TrialFacts): OutputOutcome {
  const fates = new Map([...trial.logs.values()].flatMap(({ records }) => records.map(({ fate, value }) => [value, fate])));
  const made = [...trial.sends.values()].filter(({ source }) => source !== undefined);
  const counting = made.filter(({ value }) => fates.get(value) === "commit");
  const counts = countsOf(counting.map(({ source }) => `${source!.partition} @${source!.offset}`));
  return {
    counted: counts.size,
    twice: [...counts].flatMap(([name, count]) => (count > 1 ? [name] : [])),
    discarded: made.filter(({ value }) => fates.get(value) === "abort").length,
  };
}

/** Of one group after the other; a record that is processed for the second time has not waited. */
function mostWaiting({ history, options, sends }: TrialFacts): number {
  const most = options.groups.map(({ id, topics }) => {
    const waiting = new Set<string>();
    const done = new Set<string>();
    let largest = 0;
    for (const event of history) {
      if (event.kind === "processed" && event.group === id) {
        waiting.delete(event.value);
        done.add(event.value);
      } else if (event.kind === "send-acked") {
        const send = sends.get(event.step);
        if (send === undefined || done.has(send.value) || !topics.includes(topicOf(send.partition))) continue;
        largest = Math.max(largest, waiting.add(send.value).size);
      }
    }
    return largest;
  });
  return Math.max(...most);
}

function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** In one line: `8 sent, 8 acknowledged; in the log twice: s3`. */
export function tellOutcome(outcome: RecordsOutcome): string {
  const { aborted, acknowledged, lost, neverProcessed, output, processedTwice, sent, twiceInLog, unclear, waitingMost } =
    outcome;
  const parts = [
    ["lost", lost],
    ["unclear", unclear],
    ["aborted", aborted],
    ["in the log twice", twiceInLog],
    ["processed twice", processedTwice],
    ["never processed", neverProcessed],
  ] as const;
  const odd = parts.filter(([, values]) => values.length > 0).map(([what, values]) => `${what}: ${values.join(", ")}`);
  const made =
    output === undefined
      ? []
      : [
          `output of ${output.counted} counts${output.twice.length === 0 ? " once" : `, of ${output.twice.join(", ")} twice`}`,
          ...(output.discarded === 0 ? [] : [`${output.discarded} discarded`]),
        ];
  return [
    `${sent} sent, ${acknowledged} acknowledged`,
    ...(odd.length === 0 ? ["everything once"] : odd),
    ...made,
    ...(waitingMost === undefined ? [] : [`at most ${waitingMost} waiting at a time`]),
  ].join("; ");
}
