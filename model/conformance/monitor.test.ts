import { describe, expect, test } from "vitest";
import { generateSchedule } from "../../harness/generate/generate-schedule.ts";
import { rootOf } from "../../harness/seed.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { broker, changed, down, historyOf } from "../../properties/hand-made-history.ts";
import type { Told } from "../../properties/hand-made-history.ts";
import { playInMemory } from "../../sut/sim/play.ts";
import type { EventKind, EventOf, History, HistoryEvent } from "../history.ts";
import { brokerId, generation, leaderEpoch, offset, partitionEpoch, producerId, topicPartition } from "../ids.ts";
import type { ActionKind } from "../reference/actions.ts";
import { conformanceOf } from "./monitor.ts";
import type { Conformance } from "./monitor.ts";

/** A trial as the in-memory cluster played it, chosen by seed for what happens in it. */
function trialOf(seed: string): { readonly history: History; compare(history: History): Conformance } {
  const schedule = generateSchedule(rootOf(seed));
  const { history } = playInMemory(schedule);
  const { cluster } = new TrialFacts(schedule.options, history);
  return {
    history,
    compare: (other) =>
      conformanceOf(other, { settingsOf: (partition) => cluster.settingsOf(partition), hasElr: cluster.hasElr }),
  };
}

const trial = trialOf("x:1");

/** The history with one event of a kind made different, the last that `where` finds; and where that is. */
function altered<Kind extends EventKind>(
  { history }: { readonly history: History },
  kind: Kind,
  change: (event: EventOf<Kind>) => Partial<EventOf<Kind>>,
  where: (event: EventOf<Kind>) => boolean = () => true,
): { readonly history: History; readonly at: number } {
  const at = history.findLastIndex((event) => event.kind === kind && where(event as EventOf<Kind>));
  if (at < 0) throw new Error(`the trial has no ${kind} like that: choose another seed`);
  const event = { ...history[at]!, ...change(history[at] as EventOf<Kind>) } as HistoryEvent;
  return { history: history.with(at, event), at };
}

test("what the in-memory cluster did conforms, and what was exercised is counted by its name", () => {
  const found = trial.compare(trial.history);
  expect(found.kind).toBe("conforms");
  const exercised: ReadonlyMap<string, number> = found.kind === "conforms" ? found.exercised : new Map();
  for (const kind of [
    "register-broker",
    "create-partition",
    "become-leader",
    "leader-append",
    "follower-append",
    "accept-fetch",
    "advance-high-watermark",
  ]) {
    expect(exercised.get(kind)).toBeGreaterThan(0);
  }
});

test("an empty history, and one without brokers' events, conform without saying anything", () => {
  expect(trial.compare([])).toMatchObject({ kind: "conforms", exercised: new Map() });
  const clients = trial.history.filter(({ evidence }) => evidence !== "broker");
  expect(trial.compare(clients)).toMatchObject({ kind: "conforms", exercised: new Map() });
});

describe("one event that is different is found, where it is", () => {
  const diverges = (
    odd: { readonly history: History; readonly at: number },
    error: string,
    kind: ActionKind,
    of = trial,
  ): void => {
    expect(of.compare(odd.history)).toMatchObject({ kind: "diverges", at: odd.at, error, action: { kind } });
  };

  test("a watermark that is higher than what followers have fetched", () => {
    const odd = altered(trial, "high-watermark-advanced", ({ highWatermark }) => ({
      highWatermark: offset(highWatermark + 1),
    }));
    expect(trial.compare(odd.history)).toMatchObject({
      kind: "diverges",
      at: odd.at,
      action: { kind: "advance-high-watermark" },
    });
  });

  test("a watermark that a follower took before its leader had it", () => {
    diverges(
      altered(trial, "high-watermark-followed", ({ highWatermark }) => ({ highWatermark: offset(highWatermark + 1000) })),
      "OFFSET_NOT_AVAILABLE",
      "follow-high-watermark",
    );
  });

  test("an ISR with a stranger in it", () => {
    const shrunk = trialWhere((event) => event.kind === "isr-adopted");
    diverges(
      altered(shrunk, "isr-adopted", ({ isr }) => ({ isr: [...isr, brokerId(9)] })),
      "INVALID_UPDATE_VERSION",
      "adopt-isr",
      shrunk,
    );
    const decided = altered(
      shrunk,
      "partition-changed",
      ({ isr }) => ({ isr: [...isr, brokerId(9)] }),
      ({ partitionEpoch }) => partitionEpoch > 0,
    );
    diverges(decided, "INELIGIBLE_REPLICA", actionNameAt(shrunk, decided), shrunk);
  });

  test("a log that was cut at another place", () => {
    const cut = trialWhere((event) => event.kind === "truncated" && event.toOffset > 0);
    diverges(
      altered(
        cut,
        "truncated",
        ({ toOffset }) => ({ toOffset: offset(toOffset - 1) }),
        ({ toOffset }) => toOffset > 0,
      ),
      "FENCED_LEADER_EPOCH",
      "truncate-to-divergence",
      cut,
    );
  });

  test("a record that a follower has and its leader has not", () => {
    const odd = altered(trial, "follower-appended", ({ batch }) => ({
      batch: { ...batch, values: batch.values.map(() => "other") },
    }));
    diverges(odd, "FENCED_LEADER_EPOCH", "follower-append");
  });

  test("an append that leaves a hole", () => {
    const odd = altered(trial, "leader-appended", ({ batch }) => ({
      batch: { ...batch, baseOffset: offset(batch.baseOffset + 1) },
    }));
    diverges(odd, "OFFSET_OUT_OF_RANGE", "leader-append");
  });

  test("a fetch of another term that was counted", () => {
    diverges(
      altered(trial, "fetch-accepted", ({ requestedEpoch }) => ({ requestedEpoch: leaderEpoch(requestedEpoch - 1) })),
      "FENCED_LEADER_EPOCH",
      "accept-fetch",
    );
  });

  test("a leader that nobody elected", () => {
    diverges(
      altered(trial, "became-leader", (event) => ({ leaderEpoch: leaderEpoch(event.leaderEpoch + 7) })),
      "UNKNOWN_LEADER_EPOCH",
      "become-leader",
    );
  });

  test("a commit of a generation that is over", () => {
    diverges(
      altered(
        trial,
        "commit-accepted",
        (event) => ({ generation: generation(event.generation - 1) }),
        (event) => event.generation > 0,
      ),
      "ILLEGAL_GENERATION",
      "commit-offset",
    );
  });

  test("an event that is missing shows in what follows from it", () => {
    const at = trial.history.findLastIndex(({ kind }) => kind === "leader-appended");
    const found = trial.compare(trial.history.toSpliced(at, 1));
    expect(found.kind).toBe("diverges");
    expect(found.kind === "diverges" && found.at).toBeGreaterThanOrEqual(at);
  });

  test("records that are missing after a crash are found, after a power loss they are not", () => {
    const crashed = trialWhere(
      (event) => event.kind === "replica-recovered" && event.endOffset > 0,
      (event) => event.kind === "broker-down" && event.how === "power-lost",
    );
    const odd = altered(
      crashed,
      "replica-recovered",
      () => ({ endOffset: offset(0), highWatermark: offset(0) }),
      ({ endOffset }) => endOffset > 0,
    );
    diverges(odd, "OFFSET_OUT_OF_RANGE", "recover-replica", crashed);
    const { broker } = odd.history[odd.at] as EventOf<"replica-recovered">;
    const powerless = odd.history.map((event) =>
      event.kind === "broker-down" && event.broker === broker ? { ...event, how: "power-lost" as const } : event,
    );
    const found = crashed.compare(powerless);
    expect(found.kind === "diverges" ? found.at : Infinity).toBeGreaterThan(odd.at);
  });
});

test("a power loss is no excuse for a later crash without one", () => {
  const at1 = { broker: brokerId(1), partition: topicPartition("orders", 0) };
  const batch = {
    baseOffset: offset(0),
    leaderEpoch: leaderEpoch(0),
    producerId: producerId(-1),
    producerEpoch: 0,
    baseSequence: 0,
    values: ["s1"],
  };
  const recovered = (endOffset: number): Told =>
    broker({
      kind: "replica-recovered",
      ...at1,
      logStart: offset(0),
      endOffset: offset(endOffset),
      highWatermark: offset(0),
      epochs: endOffset > 0 ? [{ epoch: leaderEpoch(0), startOffset: offset(0) }] : [],
    });
  const begin = [
    broker({
      kind: "broker-registered",
      broker: brokerId(1),
      brokerEpoch: 1,
      fenced: false,
      isUnclean: false,
      controllerEpoch: 1,
    }),
    changed("orders-0", { leader: 1, epoch: 0, isr: [1] }),
    broker({
      kind: "became-leader",
      ...at1,
      leaderEpoch: leaderEpoch(0),
      partitionEpoch: partitionEpoch(0),
      isr: [brokerId(1)],
      epochStartOffset: offset(0),
    }),
    broker({ kind: "leader-appended", ...at1, batch, acks: 1 }),
  ];
  const compare = (...rest: readonly Told[]): Conformance => trial.compare(historyOf(begin, rest));
  expect(compare(down(1, "power-lost"), recovered(0)).kind).toBe("conforms");
  expect(compare(down(1, "power-lost"), recovered(1), down(1, "killed"), recovered(0))).toMatchObject({
    kind: "diverges",
    at: 7,
    error: "OFFSET_OUT_OF_RANGE",
  });
  expect(compare(down(1, "killed"), recovered(1), down(1, "power-lost"), recovered(0)).kind).toBe("conforms");
});

/** The first of a hundred trials in which something happens. */
function trialWhere(is: (event: HistoryEvent) => boolean, isNot: typeof is = () => false): typeof trial {
  for (let nth = 1; nth <= 100; nth++) {
    const found = trialOf(`conformance:${nth}`);
    if (found.history.some(is) && !found.history.some(isNot)) return found;
  }
  throw new Error("it does not happen in any of a hundred trials");
}

/** A decision is a change of the ISR where its leader epoch is the one before, an election otherwise. */
function actionNameAt({ history }: { readonly history: History }, { at }: { readonly at: number }): ActionKind {
  const event = history[at] as EventOf<"partition-changed">;
  const before = history.findLast(
    (other, index): other is EventOf<"partition-changed"> =>
      index < at && other.kind === "partition-changed" && other.partition === event.partition,
  );
  return before?.leaderEpoch === event.leaderEpoch ? "change-isr" : "elect-clean";
}
