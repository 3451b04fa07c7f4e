import { describe, expect, test } from "vitest";
import type { History } from "../../model/history.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { judge } from "../../properties/judge.ts";
import { allOf, fault, sends, starts, trialOf } from "./hand-made-trials.ts";
import type { TrialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

function held(schedule: Schedule): History {
  const { history } = playInMemory(schedule);
  const { judged } = judge(schedule.options, history, properties);
  expect(judged.filter(({ verdict }) => verdict.kind === "violated")).toEqual([]);
  return history;
}

const shop: TrialOf = {
  producer: { "transactional.id": "shop", "linger.ms": 0 },
  group: {},
  consumer: { "isolation.level": "read_committed" },
};
const older: TrialOf = { ...shop, broker: { "transaction.version": 0 } };

const ends = (id: string, ms: number, outcome: "commit" | "abort", producer = "p1"): Step => ({
  id,
  after: { ms },
  do: { kind: "end-transaction", producer, outcome },
});
const delivered = (history: History): readonly string[] => allOf(history, "delivered").map(({ value }) => value);
const phases = (history: History): readonly string[] =>
  allOf(history, "transaction-stored").map(({ phase, producerEpoch }) => `${phase} ${producerEpoch}`);
const outcomes = (history: History): readonly string[] =>
  allOf(history, "transaction-ended").map(({ outcome, steps }) => `${outcome} ${steps.join(" ")}`);

describe.each([
  ["0", older, "PRODUCER_FENCED"],
  // The epoch of before is good for a request that comes again, and this one wants what the coordinator did not do.
  ["2", shop, "INVALID_TXN_STATE"],
] as const)("with transaction.version=%s", (_version, how, tooLate) => {
  test("what is committed is read, and what is aborted is passed over", () => {
    const steps = [ends("e1", 60, "commit"), ends("e2", 110, "abort"), ends("e3", 160, "commit")];
    const history = held(trialOf(how, starts("c1"), sends(3, { everyMs: 50 }), steps));
    expect(outcomes(history)).toEqual(["committed s1", "aborted s2", "committed s3"]);
    expect(delivered(history)).toEqual(["s1", "s3"]);
    expect(allOf(history, "marker-read-back").map(({ offset, outcome }) => [offset, outcome])).toEqual([
      [1, "commit"],
      [3, "abort"],
      [5, "commit"],
    ]);
  });

  test("consumers that read everything are given what is aborted as well", () => {
    const everything = { ...how, consumer: {} };
    const history = held(
      trialOf(everything, starts("c1"), sends(2, { everyMs: 50 }), ends("e1", 60, "abort"), ends("e2", 200, "commit")),
    );
    expect(delivered(history)).toEqual(["s1", "s2"]);
  });

  test("a transaction that nobody ends is aborted when its time is over, and its producer comes too late", () => {
    const timed = { ...how, producer: { ...how.producer, "transaction.timeout.ms": 1000 } };
    const history = held(trialOf(timed, starts("c1"), sends(1), ends("e1", 4000, "commit")));
    expect(phases(history).slice(-2)).toEqual(["PrepareAbort 1", "CompleteAbort 1"]);
    expect(allOf(history, "transaction-ended")).toMatchObject([{ outcome: "aborted", error: tooLate }]);
    expect(delivered(history)).toEqual([]);
  });

  test("a producer that starts with the id has what is open aborted, and goes on", () => {
    const history = held(
      trialOf(
        how,
        starts("c1"),
        sends(1),
        fault("f1", { acked: "s1" }, { kind: "kill-client", client: "p1" }, 100),
        { id: "s2", after: { ms: 900 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 0 } },
        ends("e2", 950, "commit"),
      ),
    );
    expect(outcomes(history)).toEqual(["committed s2"]);
    expect(delivered(history)).toEqual(["s2"]);
    expect(allOf(history, "marker-read-back").map(({ outcome }) => outcome)).toEqual(["abort", "commit"]);
  });

  test("an end that is decided is carried out by the next coordinator, whoever dies", () => {
    // The leader of orders-0 is away when the end is decided, and the coordinator dies before it is back.
    const history = held(
      trialOf(
        how,
        starts("c1"),
        sends(1),
        fault("f1", { ms: 300 }, { kind: "isolate-broker", target: "leaderOf(orders-0)", from: "brokers" }, 6000),
        ends("e1", 310, "commit"),
        fault("f2", { played: "e1", ms: 40 }, { kind: "kill-broker", target: "leaderOf(__transaction_state-0)" }, 3000),
      ),
    );
    const stored = allOf(history, "transaction-stored");
    expect(stored.at(-1)).toMatchObject({ phase: "CompleteCommit" });
    expect(new Set(stored.map(({ broker }) => broker)).size).toBe(2);
    expect(outcomes(history)).toEqual(["committed s1"]);
    expect(delivered(history)).toEqual(["s1"]);
  });
});

test("with version 2 each transaction has an epoch of its own, with version 0 all have one", () => {
  const twice = [ends("e1", 60, "commit"), ends("e2", 200, "commit")];
  const epochsOf = (how: TrialOf): unknown =>
    phases(held(trialOf(how, sends(2, { everyMs: 100 }), twice))).filter((phase) => phase.startsWith("Complete"));
  expect(epochsOf(shop)).toEqual(["CompleteCommit 1", "CompleteCommit 2"]);
  expect(epochsOf(older)).toEqual(["CompleteCommit 0", "CompleteCommit 0"]);
});

test("a transaction is open until its marker is committed: nothing behind it is read before, whoever sent it", () => {
  const other = { id: "p2", config: { "linger.ms": 0 } };
  const schedule = trialOf(shop, starts("c1"), sends(1), ends("e1", 1500, "commit"), {
    id: "s9",
    after: { ms: 200 },
    do: { kind: "send", producer: "p2", topic: "orders", partition: 0 },
  });
  const history = held({ ...schedule, options: { ...schedule.options, producers: [...schedule.options.producers, other] } });
  const [first, second] = allOf(history, "delivered");
  expect([first, second].map((event) => event?.value)).toEqual(["s1", "s9"]);
  expect(first!.atUs).toBeGreaterThan(1_500_000);
});
