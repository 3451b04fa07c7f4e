import { expect, test } from "vitest";
import { conformanceOf } from "../../model/conformance/monitor.ts";
import type { Fault } from "../../model/fault.ts";
import type { Schedule } from "../../model/schedule.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { allOf, fault, placeOf, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const kill: Fault = { kind: "kill-broker", target: "coordinatorOf(billing)" };

function played(schedule: Schedule) {
  const { history } = playInMemory(schedule);
  const { cluster } = new TrialFacts(schedule.options, history);
  const settingsOf = cluster.settingsOf.bind(cluster);
  expect(conformanceOf(history, { hasElr: false, settingsOf })).toMatchObject({ kind: "conforms" });
  return history;
}

test("what a group has committed last, and its generation, are there when a coordinator takes over a log that was cleaned", () => {
  const broker = { "offsets.topic.segment.bytes": 300 };
  const steps = [starts("c1"), sends(20, { everyMs: 40 }), fault("f1", { ms: 1100 }, kill, 3000), sends(3, { fromMs: 6000 })];
  const late = steps.flat().map((step, at) => (at > 22 && step.do.kind === "send" ? { ...step, id: `late${at}` } : step));
  const history = played(trialOf({ broker, group: {}, consumer: { "max.poll.records": 1 } }, late));
  const log = "__consumer_offsets-0";
  const cleaned = allOf(history, "log-compacted").filter(({ partition }) => partition === log);
  expect(cleaned.flatMap(({ removed }) => removed).length).toBeGreaterThan(10);
  const takenOver = allOf(history, "group-loaded").at(-1)!;
  const at = placeOf(history, "group-loaded", (event) => event === takenOver);
  const wasCleaned = placeOf(
    history,
    "log-compacted",
    ({ broker: id, partition }) => id === takenOver.broker && partition === log,
  );
  expect([wasCleaned >= 0 && wasCleaned < at, takenOver.generation, takenOver.members.length]).toEqual([true, 1, 1]);
  const before = history.slice(0, at);
  const { commit } = allOf(before, "commit-acked").at(-1)!;
  const asked = allOf(before, "commit-started").find((event) => event.commit === commit)!;
  expect(takenOver.offsets).toEqual(asked.offsets);
  const delivered = allOf(history, "delivered").map(({ value }) => value);
  expect(new Set(delivered)).toEqual(new Set(readBack(history)));
});

test("where a transaction stands is known to a coordinator that takes over a log that was cleaned", () => {
  const broker = { "transaction.state.log.segment.bytes": 300 };
  const producer = { "transactional.id": "shop" };
  const ends = [250, 450, 650, 850, 1050].map((ms, at) => ({
    id: `e${at}`,
    after: { ms },
    do: { kind: "end-transaction", producer: "p1", outcome: "commit" } as const,
  }));
  const leader: Fault = { kind: "kill-broker", target: "leaderOf(__transaction_state-0)" };
  const last = { id: "e9", after: { ms: 7000 }, do: { kind: "end-transaction", producer: "p1", outcome: "commit" } as const };
  const more = sends(2, { fromMs: 6000 }).map((step) => ({ ...step, id: `late${step.id}` }));
  const history = played(
    trialOf({ broker, producer }, sends(10, { everyMs: 100 }), ends, fault("f1", { ms: 1500 }, leader, 3000), more, last),
  );
  expect(allOf(history, "log-compacted").some(({ partition }) => partition === "__transaction_state-0")).toBe(true);
  expect(allOf(history, "transaction-ended").map(({ outcome }) => outcome)).toEqual(
    Array.from({ length: 6 }, () => "committed"),
  );
});
