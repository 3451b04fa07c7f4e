import { describe, expect, test } from "vitest";
import type { Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { allOf, fault, placeOf, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";
import type { TrialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

/** Broker 1 leads `orders-0`; `c1` is where broker 3 is. */
const racks = { "broker.rack": ["a", "b", "c"], "replica.selector.class": "rack-aware" } as const;
const near: TrialOf = { broker: racks, consumer: { "client.rack": "c" }, group: {} };
const played = (trial: TrialOf, ...steps: Parameters<typeof trialOf>[1][]): History =>
  playInMemory(trialOf({ ...near, ...trial }, starts("c1"), ...steps)).history;
const delivered = (history: History): readonly string[] => allOf(history, "delivered").map(({ value }) => value);
const values = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `s${at + 1}`);

describe("a consumer in a rack", () => {
  test("is sent to the replica there, and gets everything from it", () => {
    const history = played({}, sends(6));
    const sentTo = allOf(history, "consumer-redirected");
    expect(sentTo.map(({ broker, replica }) => [broker, replica])).toEqual([[1, 3]]);
    const served = allOf(history, "consumer-served-by-follower");
    expect(new Set(served.map(({ broker }) => broker))).toEqual(new Set([3]));
    expect(served.at(-1)?.endOffset).toBe(6);
    expect(delivered(history)).toEqual(values(6));
  });

  test.each<[string, TrialOf]>([
    ["where the leader is in its own rack", { consumer: { "client.rack": "a" } }],
    ["where no replica is in its rack", { consumer: { "client.rack": "z" } }],
    ["where it does not say where it is", { consumer: {} }],
    ["where brokers select no replicas", { broker: { "broker.rack": racks["broker.rack"] } }],
    ["where brokers are in no racks", { broker: { "replica.selector.class": "rack-aware" } }],
  ])("stays with the leader %s", (_sentence, trial) => {
    const history = played(trial, sends(3));
    expect(allOf(history, "consumer-redirected")).toEqual([]);
    expect(allOf(history, "consumer-served-by-follower")).toEqual([]);
    expect(delivered(history)).toEqual(values(3));
  });

  test("is not sent to a replica that has fallen out of the ISR", () => {
    const cut: Fault = { kind: "isolate-broker", target: "broker 3", from: "brokers" };
    const late = starts("c1").map((step) => ({ ...step, after: { ms: 4000 } }));
    const schedule = trialOf(near, fault("f1", { ms: 0 }, cut, 5000), sends(5, { fromMs: 200 }), late);
    const { history } = playInMemory(schedule);
    const isHealed = placeOf(history, "fault-healed");
    expect(placeOf(history, "delivered", ({ value }) => value === "s5")).toBeLessThan(isHealed);
    expect(history.slice(0, isHealed).filter(({ kind }) => kind === "consumer-redirected")).toEqual([]);
  });

  test("asks the leader again when metadata.max.age.ms is over", () => {
    const history = played({ consumer: { "client.rack": "c", "metadata.max.age.ms": 600 } }, sends(20, { everyMs: 100 }));
    const times = allOf(history, "consumer-redirected").map(({ atUs }) => atUs);
    expect(times.length).toBeGreaterThan(2);
    for (const [at, time] of times.slice(1).entries()) expect(time - times[at]!).toBeGreaterThanOrEqual(600_000);
    expect(delivered(history)).toEqual(values(20));
  });

  test("goes back to the leader when the replica is gone, and to the replica when it is back in sync", () => {
    const kill: Fault = { kind: "kill-broker", target: "broker 3" };
    const history = played({}, sends(40, { everyMs: 100 }), fault("f1", { ms: 1000 }, kill, 1500));
    const down = placeOf(history, "broker-down");
    const up = placeOf(history, "broker-up");
    const between = history.slice(down, up);
    expect(between.filter(({ kind }) => kind === "consumer-served-by-follower")).toEqual([]);
    expect(between.some(({ kind }) => kind === "delivered")).toBe(true);
    expect(history.slice(up).some(({ kind }) => kind === "consumer-served-by-follower")).toBe(true);
    expect(delivered(history)).toEqual(values(40));
    expect(allOf(history, "position-set")).toHaveLength(1);
  });

  test("asks a new leader anew, also where the replica is the same", () => {
    const kill: Fault = { kind: "kill-broker", target: "broker 1" };
    const history = played({}, sends(30, { everyMs: 100 }), fault("f1", { ms: 1000 }, kill));
    const sentBy = allOf(history, "consumer-redirected").map(({ broker, replica }) => [broker, replica]);
    expect(sentBy[0]).toEqual([1, 3]);
    expect(sentBy).toContainEqual([2, 3]);
    expect(delivered(history)).toEqual(values(30));
  });
});

describe("a follower", () => {
  test("gives consumers what its own watermark covers though it has more, and that at once", () => {
    const consumer = { "client.rack": "c", "fetch.max.wait.ms": 20 };
    const history = played({ consumer }, sends(1), sends(2, { fromMs: 1000 }).slice(1));
    const at3 = (event: { readonly broker: number; readonly partition: string }): boolean =>
      event.broker === 3 && event.partition === "orders-0";
    const has = allOf(history, "follower-appended").find((event) => at3(event) && event.batch.values[0] === "s2")!;
    const knows = allOf(history, "high-watermark-followed").find((event) => at3(event) && event.highWatermark === 2)!;
    const gives = allOf(history, "consumer-served-by-follower").find(({ endOffset }) => endOffset === 2)!;
    // It hears of the watermark with its next fetch only.
    expect(knows.atUs - has.atUs).toBeGreaterThan(100_000);
    expect(gives.atUs - knows.atUs).toBeGreaterThanOrEqual(0);
    const patient = played({}, sends(1), sends(2, { fromMs: 1000 }).slice(1));
    const known = allOf(patient, "high-watermark-followed").find((event) => at3(event) && event.highWatermark === 2)!;
    expect(allOf(patient, "consumer-served-by-follower").find(({ endOffset }) => endOffset === 2)?.atUs).toBe(known.atUs);
  });

  test("turns down a consumer that thinks of another term, and that one loses nothing", () => {
    const split: Fault = { kind: "isolate-broker", target: "broker 3", from: "brokers" };
    const kill: Fault = { kind: "kill-broker", target: "broker 1" };
    const steps = [sends(30, { everyMs: 100 }), fault("f1", { ms: 700 }, kill), fault("f2", { ms: 2100 }, split, 900)];
    const history = played({}, ...steps);
    expect(delivered(history)).toEqual(readBack(history));
    expect(allOf(history, "fetch-refused").filter(({ follower }) => follower < 0).length).toBeGreaterThan(0);
    expect(allOf(history, "position-set")).toHaveLength(1);
  });
});
