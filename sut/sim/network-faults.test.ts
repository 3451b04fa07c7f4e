import { expect, test } from "vitest";
import type { History } from "../../model/history.ts";
import type { Fault } from "../../model/fault.ts";
import { allOf, fault, placeOf, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

/** A trial of 200 records in four seconds, with one fault that lasts for three and a half. */
const playWith = (what: Fault, lastsMs = 3500): History =>
  playInMemory(trialOf({ brokers: 3 }, sends(200), fault("f1", { ms: 300 }, what, lastsMs))).history;

const firstLeaderOf = (history: History) => allOf(history, "became-leader")[0]!.broker;
const fencedIn = (history: History) => allOf(history, "broker-fenced").map(({ broker }) => broker);

test("a leader that loses only the controllers' listener is fenced, while its followers still fetch from it", () => {
  const history = playWith({
    kind: "isolate-broker",
    target: "leaderOf(orders-0)",
    from: "brokers",
    listener: "controller",
  });
  const leader = firstLeaderOf(history);
  expect(fencedIn(history)).toContain(leader);
  const fencedAt = placeOf(history, "broker-fenced", ({ broker }) => broker === leader);
  const cutAt = placeOf(history, "fault-injected");
  const replicated = history.slice(cutAt, fencedAt).filter(({ kind }) => kind === "follower-appended");
  expect(replicated.length).toBeGreaterThan(20);
  expect(readBack(history)).toHaveLength(200);
});

test("a leader that loses only the brokers' listeners stays in service, and goes on without its followers", () => {
  const history = playWith({ kind: "isolate-broker", target: "leaderOf(orders-0)", from: "brokers", listener: "broker" });
  expect(fencedIn(history)).toEqual([]);
  const ofOrders = allOf(history, "partition-changed").filter(({ partition }) => partition === "orders-0");
  expect(ofOrders.map(({ isr }) => isr.length)).toContain(1);
  expect(new Set(ofOrders.map(({ leader }) => leader))).toEqual(new Set([firstLeaderOf(history)]));
  expect(readBack(history)).toHaveLength(200);
});

test("a slow link to a follower makes acknowledgements slow, and nothing else", () => {
  const lastAckUs = (history: History): number =>
    Math.max(...allOf(history, "send-acked").map(({ atUs, step }) => atUs - sentUs(history, step)));
  const sentUs = (history: History, step: string): number =>
    allOf(history, "send-started").find((event) => event.step === step)!.atUs;
  const quick = playWith({ kind: "slow-link", from: "leaderOf(orders-0)", to: "followerOf(orders-0, 0)", delayMs: 0 });
  const slow = playWith({ kind: "slow-link", from: "leaderOf(orders-0)", to: "followerOf(orders-0, 0)", delayMs: 150 });
  expect(lastAckUs(quick)).toBeLessThan(100_000);
  expect(lastAckUs(slow)).toBeGreaterThan(150_000);
  expect(fencedIn(slow)).toEqual([]);
  expect(readBack(slow)).toHaveLength(200);
});

test.each<Fault>([
  { kind: "duplicate-request", from: "client p1", api: "Produce", delayMs: 0 },
  { kind: "duplicate-request", from: "client p1", api: "Produce", delayMs: 40 },
  { kind: "reset-connections", from: "client p1", to: "leaderOf(orders-0)", requests: "handled" },
])("what an idempotent producer has to send again is recognised: %j", (what) => {
  // A record of 150 ms lingers for five, and is on its way when the connections break.
  const history = playInMemory(trialOf({}, sends(20), fault("f1", { ms: 155.2 }, what))).history;
  expect(allOf(history, "duplicate-recognised").length).toBeGreaterThan(0);
  expect(readBack(history)).toEqual(Array.from({ length: 20 }, (_, at) => `s${at + 1}`));
});

test("a request for another ISR whose response is lost is made again, and answered by what the ISR is by then", () => {
  const away: Fault = { kind: "isolate-broker", target: "followerOf(orders-0, 0)", from: "brokers", listener: "broker" };
  const lost: Fault = { kind: "lose-response", target: "leaderOf(orders-0)", api: "AlterPartition" };
  const trial = trialOf({}, sends(200), fault("f1", { ms: 300 }, away, 3500), fault("f2", { ms: 300 }, lost));
  const { history } = playInMemory(trial);
  expect(allOf(history, "isr-proposed").length).toBeGreaterThan(1);
  const ofOrders = allOf(history, "partition-changed").filter(({ partition }) => partition === "orders-0");
  expect(ofOrders.at(-1)!.isr).toHaveLength(3);
  expect(readBack(history)).toHaveLength(200);
});

test("a controller whose clock jumps takes everybody for silent, and nothing that was acknowledged is lost", () => {
  const history = playWith({ kind: "jump-clock", target: "controller", byMs: 20_000 });
  const elected = allOf(history, "controller-elected").length;
  expect(fencedIn(history).length + elected).toBeGreaterThan(1);
  for (const { step } of allOf(history, "send-acked")) expect(readBack(history)).toContain(step);
});

test("members of a group whose clients are split come to rest when the split is healed", () => {
  const split: Fault = { kind: "split-clients", target: "leaderOf(orders-0)", only: "producers" };
  const trial = trialOf({ group: { members: ["c1"] } }, starts("c1"), sends(100), fault("f1", { ms: 600 }, split, 2000));
  const { history } = playInMemory(trial);
  const injectedUs = allOf(history, "fault-injected")[0]!.atUs;
  const healedUs = allOf(history, "fault-healed")[0]!.atUs;
  const during = (atUs: number): boolean => atUs > injectedUs + 100_000 && atUs < healedUs;
  expect(allOf(history, "delivered").filter(({ atUs }) => during(atUs))).toEqual([]);
  expect(allOf(history, "send-acked").filter(({ atUs }) => during(atUs)).length).toBeGreaterThan(20);
  expect(new Set(allOf(history, "processed").map(({ value }) => value)).size).toBe(100);
});
