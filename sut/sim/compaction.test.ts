import { describe, expect, test } from "vitest";
import { conformanceOf } from "../../model/conformance/monitor.ts";
import type { Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { topicPartition } from "../../model/ids.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { defaultLogSettings } from "../../model/settings.ts";
import type { LogSettings, ProducerSettings } from "../../model/settings.ts";
import { allOf, fault, readBack, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
/** A record with a key of one letter takes about 70 bytes: two of them fill a segment. */
const compacted: Partial<LogSettings> = { "cleanup.policy": "compact", "segment.bytes": 150, "min.cleanable.dirty.ratio": 0 };

/** Sends a record for each letter, which is its key; they are called `a1`, `b1`, `a2` and so on. */
function sendsOf(keys: string, fromMs: number, everyMs = 20): readonly Step[] {
  const counts = new Map<string, number>();
  return keys.split("").map((key, at): Step => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const id = `${key}${fromMs === 50 ? "" : "late"}${count}`;
    return { id, after: { ms: fromMs + at * everyMs }, do: { kind: "send", producer: "p1", topic: "orders", key } };
  });
}

function played(schedule: Schedule): History {
  const { history } = playInMemory(schedule);
  const settings = { ...defaultLogSettings, ...schedule.options.topics[0]!.config };
  const settingsOf = () => ({ ...settings, "min.insync.replicas": 2, "unclean.leader.election.enable": false });
  expect(conformanceOf(history, { hasElr: false, settingsOf })).toMatchObject({ kind: "conforms" });
  return history;
}

const playedWith = (topic: Partial<LogSettings>, ...steps: readonly (readonly Step[])[]): History =>
  played(trialOf({ topic }, ...steps));
const removedBy = (history: History, id: number): readonly number[] =>
  allOf(history, "log-compacted").flatMap(({ broker, partition, removed }) =>
    broker === id && partition === orders ? removed : [],
  );

describe("a compacted log", () => {
  test("keeps the last record of each key at its offset, and all of the active segment, on every replica", () => {
    const history = playedWith(compacted, sendsOf("ababacc", 50));
    for (const broker of [1, 2, 3]) expect(removedBy(history, broker)).toEqual([0, 1, 2]);
    expect(readBack(history)).toEqual(["b2", "a3", "c1", "c2"]);
    expect(allOf(history, "read-back").map(({ offset }) => offset)).toEqual([3, 4, 5, 6]);
  });

  test("stays as it is where the topic is not compacted, where too little is new, or where records are too young", () => {
    for (const odd of [
      { "cleanup.policy": "delete" },
      { "min.cleanable.dirty.ratio": 1 },
      { "min.compaction.lag.ms": 60_000 },
    ] as const) {
      const history = playedWith({ ...compacted, ...odd }, sendsOf("aaaaa", 50));
      expect(allOf(history, "log-compacted")).toEqual([]);
      expect(readBack(history)).toHaveLength(5);
    }
  });

  test("is cleaned, however little of it is new, when records have waited for longer than max.compaction.lag.ms", () => {
    const lazy = { ...compacted, "min.cleanable.dirty.ratio": 1, "max.compaction.lag.ms": 600 };
    const history = playedWith(lazy, sendsOf("aaaaa", 50), sendsOf("b", 1200));
    expect(allOf(history, "log-compacted").map(({ atUs }) => atUs)).toEqual([1_000_000, 1_000_000, 1_000_000]);
    expect(readBack(history)).toEqual(["a4", "a5", "blate1"]);
  });

  test("forgets its oldest segments as well with cleanup.policy=compact,delete, and has records deleted by name", () => {
    const both = { ...compacted, "cleanup.policy": "compact,delete", "retention.ms": 600 } as const;
    const history = playedWith(both, sendsOf("ababc", 50), sendsOf("b", 1200));
    expect(allOf(history, "log-compacted").length).toBeGreaterThan(0);
    expect(allOf(history, "log-start-advanced").length).toBeGreaterThan(0);
    expect(readBack(history)).toEqual(["blate1"]);
    const deletion: Fault = { kind: "delete-records", partition: orders, before: 2 };
    const kept = { ...both, "retention.ms": -1 };
    const deleted = playedWith(kept, sendsOf("abc", 50), fault("f1", { ms: 300 }, deletion));
    expect(readBack(deleted)).toEqual(["c1"]);
  });

  test("is cleaned again when more has been written, and keeps of what was clean only what nothing has replaced", () => {
    const history = playedWith(compacted, sendsOf("abca", 50), sendsOf("bcxyz", 1200));
    expect(removedBy(history, 1)).toEqual([0, 1, 2]);
    expect(readBack(history)).toEqual(["a2", "blate1", "clate1", "xlate1", "ylate1", "zlate1"]);
  });

  test("loses nothing for a record that is not committed", () => {
    const cutOff: Fault = { kind: "isolate-broker", target: "broker 1", from: "brokers" };
    const producer: Partial<ProducerSettings> = { acks: "1", "enable.idempotence": false, retries: 0 };
    const steps = [sendsOf("ab", 50), fault("f1", { ms: 200 }, cutOff, 1300), sendsOf("aaaaa", 300)];
    const history = played(trialOf({ topic: compacted, producer }, ...steps));
    const byZombie = allOf(history, "log-compacted").filter(({ atUs, broker }) => broker === 1 && atUs < 1_500_000);
    expect(byZombie).toEqual([]);
  });

  test("is replicated with its holes, of whole batches and within them, to a follower that was away", () => {
    const kill: Fault = { kind: "kill-broker", target: "broker 3" };
    const producer = { "linger.ms": 5 };
    const steps = [
      fault("f1", { ms: 10 }, kill, 5500),
      sendsOf("abacaabd", 2500, 1),
      sendsOf("aaxy", 3600, 1),
      sendsOf("zzz", 4600),
    ];
    const history = played(trialOf({ topic: { ...compacted, "segment.bytes": 250 }, producer }, ...steps));
    const copied = allOf(history, "follower-appended").filter(({ broker, partition }) => broker === 3 && partition === orders);
    expect(copied.some(({ batch }) => batch.cleaned !== undefined && batch.values.length < batch.cleaned.length)).toBe(true);
    expect(allOf(history, "limit-reached")).toEqual([]);
    expect(allOf(history, "partition-changed").at(-1)?.isr.toSorted()).toEqual([1, 2, 3]);
  });

  test("is read by members over its holes, to its end", () => {
    const steps = [sendsOf("ababacc", 50), starts("c1").map((step) => ({ ...step, after: { ms: 1500 } }))];
    const history = played(trialOf({ topic: compacted, group: {} }, ...steps));
    expect(allOf(history, "delivered").map(({ value }) => value)).toEqual(["b2", "a3", "c1", "c2"]);
    expect(allOf(history, "limit-reached")).toEqual([]);
  });

  test("is what it was after an unclean restart, and its producers are known", () => {
    const kill: Fault = { kind: "kill-broker", target: "broker 1" };
    const history = playedWith(compacted, sendsOf("ababacc", 50), fault("f1", { ms: 1500 }, kill, 500), sendsOf("d", 4500));
    expect(readBack(history)).toEqual(["b2", "a3", "c1", "c2", "dlate1"]);
  });

  test("has no records deleted by name", () => {
    const deletion: Fault = { kind: "delete-records", partition: orders, before: "high-watermark" };
    const history = playedWith(compacted, sendsOf("abc", 50), fault("f1", { ms: 300 }, deletion));
    expect(allOf(history, "log-start-advanced")).toEqual([]);
    expect(readBack(history)).toEqual(["a1", "b1", "c1"]);
  });
});
