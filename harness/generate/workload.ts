import type { Draw } from "../../model/random.ts";
import { isCompacted } from "../../model/settings.ts";
import { hasTransactions } from "../../model/schedule.ts";
import type { After, Operation, TrialOptions } from "../../model/schedule.ts";

/** Something that clients do, and when. The generator gives it an id. */
export interface WorkloadStep {
  readonly after: After;
  readonly do: Operation & { readonly kind: "send" | "end-transaction" | "start-member" | "stop-member" };
}

/** What clients do in a trial. A user's own workload is a plain object of this shape. */
export interface Workload {
  readonly id: string;
  readonly sentence: string;
  /** The steps of one trial, which lasts for about `spanMs` before everything is healed. */
  generate(draw: Draw, options: TrialOptions, spanMs: number): readonly WorkloadStep[];
}

/** Sends in bursts over all producers and partitions; members that come early, late, and go again. */
export const everydayWorkload: Workload = {
  id: "everyday",
  sentence: "Several producers send in bursts; group members start, leave and come back.",
  generate: (draw, options, spanMs) => [
    ...memberSteps(draw.fork("members"), options, spanMs),
    ...withEnds(draw.fork("ends"), options, sendSteps(draw.fork("sends"), options, spanMs)),
  ],
};

/** In one trial in so many some records are larger than others. */
const sizesChance = 0.2;

/** In one trial in so many some records of compacted topics are tombstones. */
const tombstonesChance = 0.6;

function memberSteps(draw: Draw, options: TrialOptions, spanMs: number): readonly WorkloadStep[] {
  return options.groups.flatMap(({ members }) =>
    members.flatMap((member, at): readonly WorkloadStep[] => {
      const own = draw.fork(member);
      const isLate = at > 0 && own.chance(0.3);
      const startMs = isLate ? own.integer(0, spanMs) : own.integer(0, 50);
      const start: WorkloadStep = { after: { ms: startMs }, do: { kind: "start-member", member } };
      if (!own.chance(0.15)) return [start];
      const stopMs = startMs + own.integer(200, spanMs);
      const stop: WorkloadStep = { after: { ms: stopMs }, do: { kind: "stop-member", member } };
      if (own.chance(0.5)) return [start, stop];
      const againMs = stopMs + own.integer(50, 1500);
      return [start, stop, { after: { ms: againMs }, do: { kind: "start-member", member } }];
    }),
  );
}

/** Every few sends of a producer with transactions their transaction is ended, mostly committed, at once or a little later. */
function withEnds(draw: Draw, { producers }: TrialOptions, sends: readonly WorkloadStep[]): readonly WorkloadStep[] {
  const transactional = producers.filter(hasTransactions);
  const ends = transactional.flatMap(({ id: producer }) => {
    const own = draw.fork(producer);
    const most = own.integer(1, 6);
    let open = 0;
    return sends.flatMap(({ after, do: operation }, at): readonly WorkloadStep[] => {
      if (operation.kind !== "send" || operation.producer !== producer) return [];
      open++;
      const end = own.fork(`${at}`);
      if (open < most && end.chance(0.6)) return [];
      open = 0;
      const outcome = end.chance(0.25) ? "abort" : "commit";
      const ms = (after.ms ?? 0) + end.pick([0, 1, 20, 200]);
      return [{ after: { ms }, do: { kind: "end-transaction", producer, outcome } }];
    });
  });
  if (ends.length === 0) return sends;
  return [...sends, ...ends].toSorted((left, right) => (left.after.ms ?? 0) - (right.after.ms ?? 0));
}

function sendSteps(draw: Draw, options: TrialOptions, spanMs: number): readonly WorkloadStep[] {
  const { groups, producers } = options;
  // What members write is theirs alone.
  const topics = options.topics.filter(({ name }) => groups.every(({ output }) => output?.topic !== name));
  if (producers.length === 0) return [];
  const hot = draw.pick(topics);
  const hotPartition = draw.integer(0, hot.partitions - 1);
  const isKeyed = draw.chance(0.15);
  const burstLength = draw.pick([1, 1, 3, 8]);
  const sizes = draw.fork("value sizes");
  const hasSizes = sizes.chance(sizesChance);
  const tombstones = draw.fork("tombstones");
  const hasTombstones = tombstones.chance(tombstonesChance);
  const steps: WorkloadStep[] = [];
  const count = draw.integer(8, 40);
  while (steps.length < count) {
    const burstMs = draw.integer(0, spanMs);
    const paceMs = draw.pick([0, 1, 5, 40]);
    for (let nth = 0; nth < burstLength && steps.length < count; nth++) {
      const topic = draw.chance(0.6) ? hot : draw.pick(topics);
      const partition = topic === hot && draw.chance(0.6) ? hotPartition : draw.integer(0, topic.partitions - 1);
      const isCleaned = isCompacted(topic.config);
      const place = isKeyed || isCleaned ? { key: `k${draw.integer(0, 5)}` } : { partition };
      const { config, id: producer } = draw.pick(producers);
      // A producer whose partitioner was drawn mostly has no partition or key to go by: then its partitioner shows.
      const isChosen =
        !isCleaned && config["partitioner.class"] !== undefined && draw.fork(`chosen ${steps.length}`).chance(0.8);
      const after = { ms: burstMs + nth * paceMs };
      const isTombstone = hasTombstones && isCleaned && tombstones.chance(0.3);
      const size = hasSizes && sizes.chance(0.5) && !isTombstone ? { valueBytes: sizes.pick([20, 100, 400]) } : {};
      const how = { ...(isChosen ? {} : place), ...size, ...(isTombstone && { tombstone: true as const }) };
      steps.push({ after, do: { kind: "send", producer, topic: topic.name, ...how } });
    }
  }
  return steps.toSorted((left, right) => (left.after.ms ?? 0) - (right.after.ms ?? 0));
}
