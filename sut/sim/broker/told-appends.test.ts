import { expect, test } from "vitest";
import { generateSchedule } from "../../../harness/generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../../../harness/seed.ts";
import type { History } from "../../../model/history.ts";
import { playInMemory } from "../play.ts";

/** Named one by one, so that another kind of fault does not take the place of what is looked for here. */
const faults = ["kill-broker", "stop-broker", "pause-broker", "cut-link", "isolate-broker", "elect-leader"] as const;

const histories: readonly History[] = Array.from({ length: 60 }, (_, trial) => {
  return playInMemory(generateSchedule(rootOf(trialSeed("told-appends", trial)), { faults })).history;
});

/** Batches of acks=all that wait in each process, by broker; throws where one is settled that does not wait. */
function stillWaiting(history: History): readonly string[] {
  const waiting = new Map<number, string[]>();
  for (const event of history) {
    if (event.kind === "broker-down") waiting.delete(event.broker);
    if (event.kind === "leader-appended" && event.acks === -1) {
      const ofBroker = waiting.get(event.broker) ?? [];
      waiting.set(event.broker, [...ofBroker, `${event.partition}@${event.batch.baseOffset}`]);
    }
    if (event.kind !== "append-settled") continue;
    const ofBroker = waiting.get(event.broker) ?? [];
    const at = ofBroker.indexOf(`${event.partition}@${event.baseOffset}`);
    if (at < 0) throw new Error(`broker ${event.broker} settles ${event.partition}@${event.baseOffset} for a second time`);
    ofBroker.splice(at, 1);
  }
  return [...waiting.values()].flat();
}

test("each batch of acks=all is settled once, and when the trial has come to rest none is left", () => {
  for (const history of histories) expect(stillWaiting(history)).toEqual([]);
});

test("appends are settled in time, in vain and because the leader was deposed", () => {
  const errors = new Set(histories.flat().flatMap((event) => (event.kind === "append-settled" ? [event.error] : [])));
  expect([...errors].toSorted()).toEqual(["NONE", "NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT"]);
});

test("fetches are refused to followers and to consumers, with what was asked for", () => {
  const refused = histories.flat().filter((event) => event.kind === "fetch-refused");
  expect(refused.some(({ follower }) => follower > 0)).toBe(true);
  expect(refused.some(({ brokerEpoch, follower }) => follower === -1 && brokerEpoch === -1)).toBe(true);
  expect(refused.every(({ error }) => error !== "NONE")).toBe(true);
  expect(new Set(refused.map(({ error }) => error))).toContain("FENCED_LEADER_EPOCH");
});
