import { describe, expect, test } from "vitest";
import { topicPartition } from "../../model/ids.ts";
import { acked, allOf, fault, readBack, sends, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const orders = topicPartition("orders", 0);
const ask = (id: string, ms: number) => fault(id, { ms }, { kind: "unclean-election", partition: orders });
const late = sends(2, { fromMs: 3000 }).map((step) => ({ ...step, id: `late-${step.id}` }));

describe("an administrator has a replica elected that was not in sync", () => {
  // Broker 2 misses the late records; broker 1, which alone has them, is down when broker 2 is asked to lead.
  const { history } = playInMemory(
    trialOf(
      { replicationFactor: 2, topic: { "min.insync.replicas": 1 } },
      sends(2),
      fault("f1", { ms: 500 }, { kind: "kill-broker", target: "broker 2" }, 4000),
      late,
      fault("f2", { ms: 4400 }, { kind: "kill-broker", target: "broker 1" }, 6000),
      ask("f3", 8000),
    ),
  );

  test("although the settings do not allow it, and what it lacks is lost", () => {
    const elected = allOf(history, "partition-changed").filter(({ isUncleanAsked }) => isUncleanAsked === true);
    expect(elected.map(({ isr, leader, partition }) => [partition, leader, isr])).toEqual([["orders-0", 2, [2]]]);
    expect(acked(history)).toEqual(["s1", "s2", "late-s1", "late-s2"]);
    expect(readBack(history)).toEqual(["s1", "s2"]);
  });
});

test("where somebody leads there is nothing to be done", () => {
  const { history } = playInMemory(trialOf({}, sends(1), ask("f1", 500)));
  expect(allOf(history, "step-skipped").map(({ reason }) => reason)).toEqual(["broker 1 leads orders-0"]);
});
