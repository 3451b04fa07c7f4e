import { describe, expect, test } from "vitest";
import type { Fault } from "../../model/fault.ts";
import type { History } from "../../model/history.ts";
import { topicPartition } from "../../model/ids.ts";
import type { Step } from "../../model/schedule.ts";
import type { LogSettings } from "../../model/settings.ts";
import { allOf, fault, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
/** A record of `sends` takes 69 to 71 bytes: two of them fill a segment. */
const twoInSegment: Partial<LogSettings> = { "segment.bytes": 150 };
const late = (count: number, fromMs: number) => sends(count, { fromMs }).map((step) => ({ ...step, id: `late-${step.id}` }));
const played = (topic: Partial<LogSettings>, ...steps: Parameters<typeof trialOf>[1][]) =>
  playInMemory(trialOf({ topic }, ...steps)).history;
const advanced = (history: History, broker: number) =>
  allOf(history, "log-start-advanced").flatMap((event) => (event.broker === broker ? [[event.logStart, event.why]] : []));

describe("retention", () => {
  test("deletes whole segments from the oldest on while the log without them is large enough, on every replica", () => {
    const history = played({ ...twoInSegment, "retention.bytes": 150 }, sends(7));
    for (const broker of [1, 2, 3])
      expect(advanced(history, broker)).toEqual([
        [2, "retention.bytes"],
        [4, "retention.bytes"],
      ]);
    expect(readBack(history)).toEqual(["s5", "s6", "s7"]);
  });

  test("deletes a segment when its newest record is too old, and begins another one where that is the active one", () => {
    const history = played({ ...twoInSegment, "retention.ms": 800 }, sends(3), late(1, 1200));
    expect(advanced(history, 1)).toEqual([
      [2, "retention.ms"],
      [3, "retention.ms"],
    ]);
    expect(readBack(history)).toEqual(["late-s1"]);
    const rolled = allOf(history, "segment-rolled").filter(({ broker }) => broker === 1);
    expect(rolled.map(({ baseOffset }) => baseOffset)).toEqual([2, 3]);
  });

  test("deletes nothing of a log without limits, nor what is not old or large enough", () => {
    for (const limits of [{}, { "retention.bytes": 300 }, { "retention.ms": 60_000 }]) {
      const history = played({ ...twoInSegment, ...limits }, sends(5));
      expect(allOf(history, "log-start-advanced")).toEqual([]);
      expect(readBack(history)).toHaveLength(5);
    }
  });

  test("leaves what is not committed: followers are cut off, and the leader keeps what they lack", () => {
    const cutOff: Fault = { kind: "isolate-broker", target: "broker 1", from: "brokers" };
    const steps = [sends(4), fault("f1", { ms: 140 }, cutOff, 1200), late(4, 200)];
    const history = played({ ...twoInSegment, "retention.bytes": 0 }, ...steps);
    const beforeHeal = allOf(history, "log-start-advanced").filter(({ atUs, broker }) => broker === 1 && atUs < 1_200_000);
    expect(beforeHeal.at(-1)?.logStart).toBe(4);
  });

  test("takes the files of records that were deleted by name: a crash does not bring them back", () => {
    const deletion: Fault = { kind: "delete-records", partition: orders, before: 3 };
    const kill: Fault = { kind: "kill-broker", target: "broker 1" };
    const alone = { brokers: 1, topic: { "min.insync.replicas": 1, ...twoInSegment } };
    const { history } = playInMemory(
      trialOf(alone, sends(5), fault("f1", { ms: 300 }, deletion), fault("f2", { ms: 1000 }, kill)),
    );
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === orders);
    expect(recovered).toMatchObject({ logStart: 2, endOffset: 5 });
    expect(readBack(history)).toEqual(["s3", "s4", "s5"]);
  });

  describe("of a batch that comes again", () => {
    const appended = (faults: readonly Step[]): ReturnType<typeof allOf<"leader-appended">> => {
      const lost: Fault = { kind: "lose-response", client: "p1", api: "Produce" };
      const alone = {
        brokers: 1,
        topic: { "min.insync.replicas": 1, "retention.ms": 0 },
        producer: { "request.timeout.ms": 300, "retry.backoff.ms": 900, "retry.backoff.max.ms": 900 },
      };
      const steps = [fault("f1", { ms: 10 }, lost), sends(1, { fromMs: 450 }), faults];
      const { history } = playInMemory(trialOf(alone, ...steps));
      expect(allOf(history, "log-start-advanced")[0]).toMatchObject({ logStart: 1 });
      return allOf(history, "leader-appended").filter(({ partition }) => partition === orders);
    };

    test("does not make a broker forget the producer", () => {
      expect(appended([])).toHaveLength(1);
    });

    test("makes it forget the producer with a restart, where nothing is left to be read", () => {
      expect(appended(fault("f2", { ms: 600 }, { kind: "kill-broker", target: "broker 1" }, 100))).toHaveLength(2);
    });
  });

  test("makes a member whose records are gone go on where the log begins", () => {
    const pause = fault("f1", { processed: "s1" }, { kind: "pause-client", client: "c1" }, 1500);
    const consumer = { "session.timeout.ms": 6000 };
    const topic = { ...twoInSegment, "retention.bytes": 0 };
    const steps = [starts("c1"), sends(1), sends(5, { fromMs: 450 }).slice(1), pause, late(1, 2300)];
    const { history } = playInMemory(trialOf({ group: {}, consumer, topic }, ...steps));
    expect(allOf(history, "position-set").map(({ from }) => from)).toEqual(["earliest", "earliest"]);
    expect(allOf(history, "delivered").at(-1)?.value).toBe("late-s1");
    expect(allOf(history, "limit-reached")).toEqual([]);
  });
});
