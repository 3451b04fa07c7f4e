import { describe, expect, test } from "vitest";
import { conformanceOf } from "../../model/conformance/monitor.ts";
import type { Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { topicPartition } from "../../model/ids.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { defaultLogSettings } from "../../model/settings.ts";
import type { LogSettings } from "../../model/settings.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { lastValueOfKeyIsKept } from "../../properties/safety/last-value-of-key-is-kept.ts";
import { tombstonesReachReaders } from "../../properties/safety/tombstones-reach-readers.ts";
import { verdictOf } from "../../properties/verdict.ts";
import type { Verdict } from "../../properties/verdict.ts";
import { allOf, fault, readBack, trialOf } from "./hand-made-trials.ts";
import { forgetTombstonesEarly } from "./planted-bugs/forget-tombstones-early.ts";
import { rulesWith } from "./planted-bugs/catalogue.ts";
import type { PlantedBug } from "./planted-bugs/planted-bug.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
/** One record fills a segment; the cleaner looks every 500 ms. */
const compacted: Partial<LogSettings> = {
  "cleanup.policy": "compact",
  "segment.bytes": 80,
  "min.cleanable.dirty.ratio": 0,
  "delete.retention.ms": 300,
};

/** Sends one record, whose key is the lower case of the letter; a capital letter is a tombstone. */
const sent = (id: string, letter: string, ms: number): Step => {
  const key = letter.toLowerCase();
  const tombstone = key === letter ? {} : { tombstone: true as const };
  return { id, after: { ms }, do: { kind: "send", producer: "p1", topic: "orders", key, ...tombstone } };
};

function played(schedule: Schedule): History {
  const { history } = playInMemory(schedule);
  const settings = { ...defaultLogSettings, ...schedule.options.topics[0]!.config };
  const settingsOf = () => ({ ...settings, "min.insync.replicas": 2, "unclean.leader.election.enable": false });
  expect(conformanceOf(history, { hasElr: false, settingsOf })).toMatchObject({ kind: "conforms" });
  return history;
}

const judged = (schedule: Schedule, bug?: PlantedBug): readonly Verdict[] => {
  const trial = new TrialFacts(schedule.options, playInMemory(schedule, { rules: rulesWith(bug) }).history);
  return [tombstonesReachReaders, lastValueOfKeyIsKept].map((property) => verdictOf(property.check(trial)));
};

describe("a tombstone", () => {
  const deleted = [sent("a1", "a", 50), sent("a2", "A", 60), sent("b1", "b", 70)];

  test("removes what its key had, stays for delete.retention.ms after it was cleaned first, and goes with the next cleaning", () => {
    const history = played(
      trialOf({ topic: compacted }, deleted, sent("c1", "c", 700), sent("d1", "d", 1100), sent("e1", "e", 2900)),
    );
    const seen = (kind: "log-compacted" | "delete-horizon-set" | "tombstones-removed") =>
      allOf(history, kind).filter(({ broker, partition }) => broker === 1 && partition === orders);
    expect(seen("log-compacted")).toMatchObject([{ atUs: 500_000, removed: [0] }]);
    expect(seen("delete-horizon-set")).toMatchObject([{ atUs: 500_000, tombstones: [1], deleteHorizonMs: 800 }]);
    // At 1000 ms it is looked at again, because c1 has closed the segment of b1.
    expect(seen("tombstones-removed")).toMatchObject([{ atUs: 1_000_000, removed: [1] }]);
    expect(readBack(history)).toEqual(["b1", "c1", "d1", "e1"]);
  });

  test("is read as long as it is there, and named by its header", () => {
    const topic = { ...compacted, "delete.retention.ms": 60_000 };
    const history = played(trialOf({ topic }, deleted, sent("c1", "c", 700), sent("d1", "d", 2900)));
    expect(readBack(history)).toEqual(["a2", "b1", "c1", "d1"]);
    expect(
      allOf(history, "send-started")
        .filter(({ isTombstone }) => isTombstone)
        .map(({ step }) => step),
    ).toEqual(["a2"]);
  });

  test("is replicated with its time to a follower that was away, and missed by one that was away for longer", () => {
    const kill: Fault = { kind: "kill-broker", target: "broker 3" };
    const topic = { ...compacted, "delete.retention.ms": 5000 };
    const late = [sent("a1", "a", 2050), sent("a2", "A", 2060), sent("b1", "b", 2070)];
    const away = played(trialOf({ topic }, fault("f1", { ms: 10 }, kill, 3500), late));
    const copied = allOf(away, "follower-appended").filter(({ broker, partition }) => broker === 3 && partition === orders);
    expect(copied.find(({ batch }) => batch.tombstones !== undefined)?.batch.deleteHorizonMs).toBe(7500);
    const longer = { ...compacted, "delete.retention.ms": 0 };
    const steps = [sent("c1", "c", 3100), sent("d1", "d", 3600)];
    const missed = played(trialOf({ topic: longer }, fault("f1", { ms: 1000 }, kill, 4500), sent("a0", "a", 50), late, steps));
    const taken = allOf(missed, "follower-appended").filter(({ broker, partition }) => broker === 3 && partition === orders);
    expect(taken.flatMap(({ batch }) => batch.values)).toEqual(["a0", "b1", "c1", "d1"]);
  });

  test("that follower brings the key back when it comes to lead, which is permitted: it was away for too long", () => {
    const kill = (target: "broker 1" | "broker 2" | "broker 3"): Fault => ({ kind: "kill-broker", target });
    const topic = { ...compacted, "delete.retention.ms": 0, "min.cleanable.dirty.ratio": 0 };
    const schedule = trialOf(
      { topic },
      sent("a0", "a", 50),
      fault("f1", { ms: 1000 }, kill("broker 3"), 4500),
      [sent("a1", "A", 2050), sent("b1", "b", 2070), sent("c1", "c", 3100), sent("d1", "d", 3600)],
      fault("f2", { ms: 7000 }, kill("broker 1")),
      fault("f3", { ms: 10_000 }, kill("broker 2")),
    );
    const verdict = judged(schedule)[1]!;
    expect(verdict.kind === "not-promised" && verdict.breaches.map(({ message }) => message)).toEqual([
      "a1, a tombstone, was acknowledged at orders-0 offset 1 with key a, and when the key had been deleted a0 was there again at offset 0.",
    ]);
  });
});

/** The member has just been given a1 when the cleaner comes by, at 1000 ms, and reads on, a segment at a time. */
const betweenSegments = trialOf(
  { topic: { ...compacted, "min.compaction.lag.ms": 600 }, group: { handlerMs: 50 }, consumer: { "max.poll.records": 1 } },
  [
    sent("a1", "a", 50),
    sent("b1", "b", 60),
    sent("c1", "c", 70),
    sent("a2", "A", 80),
    sent("d1", "d", 90),
    sent("e1", "e", 990),
  ],
  { id: "m1", after: { ms: 940 }, do: { kind: "start-member", member: "c1" } },
);

test("a reader that is between the value and the tombstone when those are cleaned is given both (KAFKA-4545)", () => {
  expect(judged(betweenSegments).map(({ kind }) => kind)).toEqual(["holds", "holds"]);
  expect(judged(betweenSegments, forgetTombstonesEarly).map(({ kind }) => kind)).toEqual(["violated", "holds"]);
});
