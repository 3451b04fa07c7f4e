import { describe, expect, test } from "vitest";
import type { History } from "../../model/history.ts";
import type { Schedule } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { judge } from "../../properties/judge.ts";
import { acked, allOf, fault, placeOf, readBack, sends, trialOf } from "./hand-made-trials.ts";
import { rulesWith } from "./planted-bugs/catalogue.ts";
import { appendAfterFailure } from "./planted-bugs/append-after-failure.ts";
import { playInMemory } from "./play.ts";

const values = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `s${at + 1}`);
const orders = "orders-0";
const alone = { brokers: 1, topic: { "min.insync.replicas": 1 }, producer: { "linger.ms": 0 } };
const hasty = { "linger.ms": 0, acks: "1", "enable.idempotence": false } as const;
const failing = (target: string, healMs: number) => fault("f1", { acked: "s3" }, { kind: "fail-disk", target }, healMs);

function held(schedule: Schedule): History {
  const { history } = playInMemory(schedule);
  const { judged } = judge(schedule.options, history, properties);
  expect(judged.filter(({ verdict }) => verdict.kind === "violated")).toEqual([]);
  return history;
}

describe("a disk that fails", () => {
  test("at a leader's append has the broker refuse it, and halt shortly after; nothing that was acknowledged is lost", () => {
    const history = held(trialOf({}, sends(8, { everyMs: 5 }), failing("leaderOf(orders-0)", 4000)));
    const [failed] = allOf(history, "disk-failed");
    const [refused] = allOf(history, "produce-refused");
    const [down] = allOf(history, "broker-down");
    expect(refused).toMatchObject({ atUs: failed!.atUs, broker: failed!.broker, error: "KAFKA_STORAGE_ERROR" });
    expect(down).toMatchObject({ atUs: failed!.atUs + 20_000, broker: failed!.broker, how: "disk-failed" });
    const later = history.slice(placeOf(history, "disk-failed"), placeOf(history, "broker-down"));
    expect(allOf(later, "leader-appended").filter(({ broker }) => broker === failed!.broker)).toEqual([]);
    expect(acked(history)).toHaveLength(8);
    expect([...readBack(history)].toSorted()).toEqual([...values(8)].toSorted());
  });

  test("has the broker refuse fetches as well", () => {
    // With acks=1 the next append does not wait for the followers, which are on their way back when it fails.
    const history = held(trialOf({ producer: hasty }, sends(8, { everyMs: 1 }), failing("leaderOf(orders-0)", 4000)));
    const later = history.slice(placeOf(history, "disk-failed"), placeOf(history, "broker-down"));
    expect(new Set(allOf(later, "fetch-refused").map(({ error }) => error))).toEqual(new Set(["KAFKA_STORAGE_ERROR"]));
  });

  test("at a follower's append takes the follower out, until the disk is replaced by one with what was written", () => {
    const history = held(trialOf({}, sends(8), failing("followerOf(orders-0, 0)", 4000)));
    const [failed] = allOf(history, "disk-failed");
    const [up] = allOf(history, "broker-up");
    expect(up).toMatchObject({ broker: failed!.broker });
    expect(up!.atUs).toBeGreaterThan(failed!.atUs + 3_900_000);
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === orders);
    expect(recovered?.endOffset).toBe(3);
    expect(acked(history)).toHaveLength(8);
  });

  test("of a follower of two leaders has it append nothing any more from either", () => {
    const steps = failing("broker 3", 4000);
    const history = held(trialOf({ partitions: 2, producer: hasty }, sends(20, { everyMs: 1, partitions: 2 }), steps));
    const later = history.slice(placeOf(history, "disk-failed"), placeOf(history, "broker-down"));
    expect(allOf(later, "leader-appended").length).toBeGreaterThan(0);
    expect(allOf(later, "follower-appended").filter(({ broker }) => broker === 3)).toEqual([]);
  });

  test("is noticed at the next append and not before", () => {
    const history = held(trialOf({}, sends(3), failing("leaderOf(orders-0)", 500)));
    expect(allOf(history, "fault-healed")).toHaveLength(1);
    expect(allOf(history, "disk-failed")).toEqual([]);
    expect(allOf(history, "broker-down")).toEqual([]);
  });

  test("and is replaced before the broker has halted is the next process's to use", () => {
    const history = held(trialOf(alone, sends(8, { everyMs: 5 }), failing("broker 1", 15)));
    expect(allOf(history, "broker-down").map(({ how }) => how)).toEqual(["disk-failed"]);
    expect(allOf(history, "broker-up")[0]?.atUs).toBe(allOf(history, "broker-down")[0]?.atUs);
    expect(readBack(history)).toHaveLength(8);
  });

  test("keeps the broker down, whoever starts it, until it is replaced", () => {
    const kill = fault("f2", { played: "f1", ms: 20 }, { kind: "kill-broker", target: "broker 1" }, 100);
    const history = held(trialOf(alone, sends(8, { everyMs: 5 }), failing("broker 1", 3000), kill));
    expect(allOf(history, "broker-down").map(({ how }) => how)).toEqual(["killed"]);
    expect(allOf(history, "broker-up")[0]!.atUs).toBe(allOf(history, "fault-healed")[1]!.atUs);
  });

  test("takes with it what was appended after it had failed, where a broker goes on appending", () => {
    // They are on their way when the first one fails; those of an idempotent producer would be out of turn.
    const producer = { ...alone.producer, "enable.idempotence": false };
    const schedule = trialOf({ ...alone, producer }, sends(8, { everyMs: 1 }), failing("broker 1", 3000));
    const { history } = playInMemory(schedule, { rules: rulesWith(appendAfterFailure) });
    const later = history.slice(placeOf(history, "disk-failed"), placeOf(history, "broker-down"));
    const lost = allOf(later, "leader-appended").flatMap(({ batch, partition }) => (partition === orders ? batch.values : []));
    expect(lost.length).toBeGreaterThan(0);
    expect(acked(history)).toEqual(expect.arrayContaining([...lost]));
    for (const value of lost) expect(readBack(history)).not.toContain(value);
  });
});
