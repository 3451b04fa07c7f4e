import { expect, test } from "vitest";
import { conformanceOf } from "../../model/conformance/monitor.ts";
import { topicPartition } from "../../model/ids.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { judge } from "../../properties/judge.ts";
import { allOf, readBack, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
/** One record, or one marker, fills a segment; the cleaner looks every 500 ms. */
const topic = {
  "cleanup.policy": "compact",
  "segment.bytes": 80,
  "min.cleanable.dirty.ratio": 0,
  "delete.retention.ms": 300,
} as const;

const sent = (id: string, key: string, ms: number): Step => ({
  id,
  after: { ms },
  do: { kind: "send", producer: "p1", topic: "orders", key },
});
const ended = (id: string, outcome: "commit" | "abort", ms: number): Step => ({
  id,
  after: { ms },
  do: { kind: "end-transaction", producer: "p1", outcome },
});

/** `a` is written and committed, written again and aborted; then others come, one transaction at a time. */
const schedule: Schedule = trialOf(
  { topic, producer: { "transactional.id": "shop" }, group: {}, consumer: { "isolation.level": "read_committed" } },
  [sent("a1", "a", 50), ended("e1", "commit", 80), sent("a2", "a", 110), ended("e2", "abort", 140)],
  [700, 1200, 1700, 2200].flatMap((ms, at) => [sent(`b${at}`, "b", ms), ended(`e${at + 3}`, "commit", ms + 30)]),
  starts("c1").map((step) => ({ ...step, after: { ms: 2500 } })),
);

test("what was aborted replaces nothing and is cleaned out, and markers go when nothing is left of their transactions, in time", () => {
  const { history } = playInMemory(schedule);
  const trial = new TrialFacts(schedule.options, history);
  const settingsOf = trial.cluster.settingsOf.bind(trial.cluster);
  expect(conformanceOf(history, { hasElr: false, settingsOf })).toMatchObject({ kind: "conforms" });
  const seen = (kind: "log-compacted" | "markers-removed") =>
    allOf(history, kind).flatMap(({ broker, partition, removed }) => (broker === 1 && partition === orders ? removed : []));
  // a1 is at 0 with its marker at 1, a2 at 2 with its own at 3, and so on.
  expect(seen("log-compacted")).toEqual([2, 4, 6, 8]);
  expect(seen("markers-removed")).toEqual([3, 5]);
  expect(readBack(history)).toEqual(["a1", "b3"]);
  expect(allOf(history, "delivered").map(({ value }) => value)).toEqual(["a1", "b3"]);
  const { judged } = judge(schedule.options, history, properties);
  expect(judged.filter(({ verdict }) => verdict.kind === "violated")).toEqual([]);
});
