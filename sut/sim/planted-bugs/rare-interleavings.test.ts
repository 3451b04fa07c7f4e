/**
 * Bugs that need several things to be under way at once, each provoked by a schedule made by hand: what it takes, step by step.
 * That campaigns come upon them by themselves is told in docs/TRACK-RECORD.md.
 */

import { expect, test } from "vitest";
import { bugById } from "../../../harness/named.ts";
import { trialInMemory } from "../../../harness/trial.ts";
import { topicPartition } from "../../../model/ids.ts";
import type { Schedule, Step } from "../../../model/schedule.ts";
import { properties } from "../../../properties/catalogue.ts";
import { fault, sends, trialOf } from "../hand-made-trials.ts";

/** What is violated, with what was seen on the way where nothing is. */
function seenIn(
  schedule: Schedule,
  bug?: string,
): { readonly violated: readonly string[]; readonly sighted: readonly string[] } {
  const setup = { settings: {}, properties, bug: bug === undefined ? undefined : bugById(bug) };
  const { judged, sighted } = trialInMemory(schedule, setup);
  const violated = judged.filter(({ verdict }) => verdict.kind === "violated").map(({ property }) => property.id);
  return { violated, sighted };
}

const send = (id: string, ms: number, partition = 0): Step => {
  return { id, after: { ms }, do: { kind: "send", producer: "p1", topic: "orders", partition } };
};
const preferred = { kind: "elect-leader", partition: topicPartition("orders", 0) } as const;

/**
 * Broker 2 leads and has a record that broker 1 could not fetch. Broker 1 leads for half a second; its answer that the logs
 * differ is held back until broker 2 leads again.
 */
const handedOverAndBack = [
  sends(2),
  fault("f1", { ms: 200 }, { kind: "stop-broker", target: "broker 1" }, 600),
  send("s3", 3200),
  fault("f2", { ms: 3600 }, { kind: "cut-link", from: "broker 1", to: "broker 2", oneWay: true }, 1500),
  send("s4", 4200),
  fault("f3", { ms: 4210 }, preferred),
  fault("f4", { ms: 4250 }, { kind: "stop-broker", target: "broker 1" }, 3000),
];

test("R11: a leader cuts off what it has acknowledged when an answer comes that it was given as a follower", () => {
  const schedule = trialOf({}, ...handedOverAndBack, [send("s5", 4700), send("s6", 4750), send("s7", 6500)]);
  expect(seenIn(schedule).violated).toEqual([]);
  expect(seenIn(schedule).sighted).toContain("led-again-with-own-tail");
  expect(seenIn(schedule, "R11").violated).toEqual([
    "no-lost-acked-record",
    "one-value-per-offset",
    "brokers-follow-the-model",
  ]);
});

test("R04: who has records of the term in between is out of range for a leader that has not noted its own term", () => {
  const schedule = trialOf({}, ...handedOverAndBack);
  expect(seenIn(schedule).violated).toEqual([]);
  expect(seenIn(schedule).sighted).toContain("later-term-truncated");
  expect(seenIn(schedule, "R04").violated).toEqual(["replicas-are-in-sync", "trial-comes-to-rest", "brokers-follow-the-model"]);
});

/**
 * Broker 3 follows broker 2, and has a record of which its leader does not know that it has it: its next fetch is held back. It
 * loses power, and with it the record; when it has been registered anew, the fetch arrives before that of the new process.
 */
const heardTooLate = [
  send("s1", 3000, 1),
  fault("f1", { ms: 4000 }, { kind: "cut-link", from: "broker 3", to: "broker 2", oneWay: true }, 1700),
  send("s2", 4005, 1),
  fault("f2", { ms: 4020 }, { kind: "power-off-broker", target: "broker 3" }, 100),
  fault("f3", { ms: 5680 }, { kind: "cut-link", from: "broker 2", to: "broker 3", oneWay: true }, 3000),
  fault("f4", { ms: 5720 }, { kind: "kill-broker", target: "broker 2" }, 4000),
];

test("I04: a replica is in sync by the word of a process that had a record, and leads without it", () => {
  const schedule = trialOf({ partitions: 2 }, ...heardTooLate);
  expect(seenIn(schedule).violated).toEqual([]);
  expect(seenIn(schedule).sighted).toContain("former-process-heard");
  expect(seenIn(schedule, "I04").violated).toEqual(["no-lost-acked-record", "brokers-follow-the-model"]);
});

/**
 * The leader is the controller as well: it learns from its own log that broker 2 is in before the answer says so, and asks for
 * broker 3, who is as busy fetching, before that answer is there.
 */
test("I07: a leader forgets that it has asked for broker 3 when it is told of broker 2 again", () => {
  const silence = (id: string, from: string) =>
    fault(id, { ms: 200 }, { kind: "cut-link", from, to: "broker 1", oneWay: true }, 2500);
  const busy = sends(100, { everyMs: 5, fromMs: 2700 });
  const options = { brokers: 5, noiseSeed: "00000004", topic: { "min.insync.replicas": 1 } };
  const schedule = trialOf(options, busy, silence("f1", "broker 2"), silence("f2", "broker 3"));
  expect(seenIn(schedule).violated).toEqual([]);
  expect(seenIn(schedule).sighted).toContain("isr-proposed-on-the-heels");
  expect(seenIn(schedule, "I07").violated).toEqual(["brokers-follow-the-model"]);
});

test("I08: a record waits for a follower that was in sync and has been shut down, though nobody counts on it", () => {
  const schedule = trialOf(
    {},
    sends(2),
    fault("f1", { ms: 200 }, { kind: "stop-broker", target: "broker 3" }, 4000),
    send("s3", 1250),
  );
  expect(seenIn(schedule).violated).toEqual([]);
  expect(seenIn(schedule).sighted).toContain("written-after-controlled-shutdown");
  expect(seenIn(schedule, "I08").violated).toEqual(["acks-wait-for-the-isr-only"]);
});
