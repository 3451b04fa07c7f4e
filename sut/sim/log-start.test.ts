import { describe, expect, test } from "vitest";
import type { DeletionBound, Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { topicPartition } from "../../model/ids.ts";
import { allOf, fault, placeOf, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
const deletion = (before: DeletionBound): Fault => ({ kind: "delete-records", partition: orders, before });
const late = (count: number, fromMs: number) => sends(count, { fromMs }).map((step) => ({ ...step, id: `late-${step.id}` }));

const advanced = (history: History) => allOf(history, "log-start-advanced").map(({ logStart }) => logStart);
const rangeOf = (history: History) =>
  allOf(history, "read-back-finished").map(({ endOffset, startOffset }) => [startOffset, endOffset]);

describe("records that an administrator deletes", () => {
  test("are those before an offset, and the log is read from there on", () => {
    const { history } = playInMemory(trialOf({}, sends(4), fault("f1", { ms: 500 }, deletion(2))));
    expect(advanced(history)).toEqual([2]);
    expect(readBack(history)).toEqual(["s3", "s4"]);
    expect(rangeOf(history)).toEqual([[2, 4]]);
  });

  test("are all that are committed, where no offset is told; what comes later is kept", () => {
    const steps = [sends(4), fault("f1", { ms: 500 }, deletion("high-watermark")), late(2, 700)];
    const { history } = playInMemory(trialOf({}, ...steps));
    expect(advanced(history)).toEqual([4]);
    expect(readBack(history)).toEqual(["late-s1", "late-s2"]);
    expect(rangeOf(history)).toEqual([[4, 6]]);
  });

  test("are none where the offset is beyond the watermark, or is deleted already", () => {
    const again = fault("f2", { ms: 700 }, deletion(1));
    const { history } = playInMemory(
      trialOf({}, sends(4), fault("f0", { ms: 400 }, deletion(5)), fault("f1", { ms: 500 }, deletion(2)), again),
    );
    expect(advanced(history)).toEqual([2]);
  });

  test("are deleted by followers too, once they have fetched", () => {
    const { history } = playInMemory(trialOf({}, sends(4), fault("f1", { ms: 500 }, deletion(2)), late(1, 1500)));
    const followed = allOf(history, "log-start-followed").map(({ broker, logStart }) => [broker, logStart]);
    expect(followed.toSorted(([left], [right]) => left! - right!)).toEqual([
      [2, 2],
      [3, 2],
    ]);
  });
});

describe("a broker that was down while records were deleted", () => {
  const cut = (heal: number) => fault("f1", { ms: 200 }, { kind: "kill-broker", target: "broker 3" }, heal);

  test("and lacks records that are gone begins anew where its leader's log starts", () => {
    const steps = [sends(2), cut(5000), late(4, 2500), fault("f2", { ms: 4000 }, deletion(4))];
    const { history } = playInMemory(trialOf({}, ...steps));
    expect(allOf(history, "log-restarted").map(({ broker, logStart }) => [broker, logStart])).toEqual([[3, 4]]);
    const refused = allOf(history, "fetch-refused").filter(({ follower }) => follower === 3);
    expect(refused.map(({ error, fetchOffset }) => [error, fetchOffset])).toContainEqual(["OFFSET_OUT_OF_RANGE", 2]);
    const joined = allOf(history, "partition-changed").at(-1);
    expect(joined?.isr.toSorted()).toEqual([1, 2, 3]);
    expect(allOf(history, "limit-reached")).toEqual([]);
    expect(readBack(history)).toEqual(["late-s3", "late-s4"]);
  });

  test("and is sent a batch that begins before its leader's log does begins with that batch", () => {
    const batch = sends(4, { fromMs: 2500, everyMs: 0 }).map((step) => ({ ...step, id: `late-${step.id}` }));
    const steps = [sends(1), cut(5000), batch, fault("f2", { ms: 4000 }, deletion(4))];
    const { history } = playInMemory(trialOf({ producer: { "linger.ms": 5 } }, ...steps));
    const restarts = allOf(history, "log-restarted").map(({ broker, logStart }) => [broker, logStart]);
    expect(restarts).toEqual([
      [3, 4],
      [3, 1],
    ]);
    const followed = allOf(history, "log-start-followed").filter(({ broker }) => broker === 3);
    expect(followed.map(({ logStart }) => logStart)).toEqual([4]);
    expect(allOf(history, "limit-reached")).toEqual([]);
    expect(readBack(history)).toEqual(["late-s4"]);
  });

  test("and has all that is left keeps it", () => {
    const steps = [sends(4), cut(5000), fault("f2", { ms: 4000 }, deletion(4)), late(2, 4500)];
    const { history } = playInMemory(trialOf({}, ...steps));
    expect(allOf(history, "log-restarted")).toEqual([]);
    const [followed] = allOf(history, "log-start-followed").filter(({ broker }) => broker === 3);
    expect(followed?.logStart).toBe(4);
  });
});

describe("after a restart the log start is", () => {
  const alone = { brokers: 1, topic: { "min.insync.replicas": 1 } };
  const recoveredAfter = (what: Fault, ms: number) => {
    const steps = [sends(4), fault("f1", { ms: 500 }, deletion(2)), fault("f2", { ms }, what)];
    const { history } = playInMemory(trialOf(alone, ...steps));
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === orders);
    return { recovered, read: readBack(history) };
  };

  test("what a clean stop has written down", () => {
    const { read, recovered } = recoveredAfter({ kind: "stop-broker", target: "broker 1" }, 1000);
    expect(recovered).toMatchObject({ logStart: 2, endOffset: 4 });
    expect(read).toEqual(["s3", "s4"]);
  });

  test("where it was before, after a kill that came before it was written down, and the records are there again", () => {
    const { read, recovered } = recoveredAfter({ kind: "kill-broker", target: "broker 1" }, 1000);
    expect(recovered).toMatchObject({ logStart: 0, endOffset: 4, epochs: [{ epoch: 0, startOffset: 0 }] });
    expect(read).toEqual(["s1", "s2", "s3", "s4"]);
  });

  test("what was written down, after a kill that came later", () => {
    const { recovered } = recoveredAfter({ kind: "kill-broker", target: "broker 1" }, 6500);
    expect(recovered).toMatchObject({ logStart: 2, endOffset: 4 });
  });

  test("never above the watermark: that one is lifted where its checkpoint is older", () => {
    const steps = [sends(4), fault("f1", { ms: 500 }, deletion(2))];
    const kill = fault("f2", { ms: 1000 }, { kind: "kill-broker", target: "broker 1" });
    const schedule = trialOf(alone, ...steps, kill);
    const brokerConfig = {
      "replica.high.watermark.checkpoint.interval.ms": 60_000,
      "log.flush.start.offset.checkpoint.interval.ms": 100,
    };
    const { history } = playInMemory({ ...schedule, options: { ...schedule.options, brokerConfig } });
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === orders);
    expect(recovered).toMatchObject({ logStart: 2, highWatermark: 2, endOffset: 4 });
  });
});

describe("a group member whose position is below the log start", () => {
  const reading = (policy: "earliest" | "latest") => {
    const steps = [sends(4), fault("f1", { ms: 500 }, deletion(2)), late(1, 2000), starts("c1")];
    const slow = steps.flat().map((step) => (step.id === "m-c1" ? { ...step, after: { ms: 1000 } } : step));
    return playInMemory(trialOf({ group: {}, consumer: { "auto.offset.reset": policy } }, ...slow)).history;
  };

  test("that has none yet begins where the log does", () => {
    const history = reading("earliest");
    expect(allOf(history, "position-set").map(({ from, offset }) => [from, offset])).toEqual([["earliest", 2]]);
    expect(allOf(history, "delivered").map(({ value }) => value)).toEqual(["s3", "s4", "late-s1"]);
  });

  test.each([
    ["earliest", 3, ["s1", "s2", "s4", "late-s1"]],
    ["latest", 4, ["s1", "s2", "late-s1"]],
  ] as const)("goes on at the %s offset", (policy, position, delivered) => {
    const pause = fault("f0", { processed: "s1" }, { kind: "pause-client", client: "c1" }, 1500);
    const steps = [starts("c1"), sends(1), late(1, 3000), pause, fault("f1", { ms: 1000 }, deletion(3))];
    const more = sends(3, { fromMs: 400 }).map((step, at) => ({ ...step, id: `s${at + 2}` }));
    const trial = trialOf({ group: {}, consumer: { "auto.offset.reset": policy, "session.timeout.ms": 6000 } }, ...steps, more);
    const { history } = playInMemory(trial);
    const [reset] = allOf(history, "position-set").slice(-1);
    expect([reset?.from, reset?.offset]).toEqual([policy, position]);
    expect(allOf(history, "delivered").map(({ value }) => value)).toEqual(delivered);
    expect(
      placeOf(history, "fetch-refused", ({ error, follower }) => error === "OFFSET_OUT_OF_RANGE" && follower < 0),
    ).toBeGreaterThan(0);
  });
});
