import { describe, expect, test } from "vitest";
import type { EventOf } from "../../../../model/history.ts";
import { brokerId } from "../../../../model/ids.ts";
import { properties } from "../../../../properties/catalogue.ts";
import { judge } from "../../../../properties/judge.ts";
import { allOf, fault, readBack, sends, trialOf } from "../../hand-made-trials.ts";
import { playInMemory } from "../../play.ts";

const values = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `s${at + 1}`);
const large = sends(12).map((step) => ({ ...step, do: { ...step.do, valueBytes: 300 } }));
const topic = { "segment.bytes": 1000, "index.interval.bytes": 300 };

function played(...steps: Parameters<typeof trialOf>[1][]) {
  const schedule = trialOf(
    { topic, group: {} },
    { id: "m1", after: { ms: 0 }, do: { kind: "start-member", member: "c1" } },
    ...steps,
  );
  const { history } = playInMemory(schedule);
  const violated = judge(schedule.options, history, properties).judged.filter(({ verdict }) => verdict.kind === "violated");
  expect(violated).toEqual([]);
  const rolledOn = (broker: number): readonly EventOf<"segment-rolled">["baseOffset"][] =>
    allOf(history, "segment-rolled").flatMap((event) => (event.broker === brokerId(broker) ? [event.baseOffset] : []));
  return { history, rolledOn };
}

describe("with small segments", () => {
  test("leader and followers roll at the same offsets, and everything is read and delivered", () => {
    const { history, rolledOn } = played(large);
    expect([1, 2, 3].map(rolledOn)).toEqual([
      [2, 4, 6, 8, 10],
      [2, 4, 6, 8, 10],
      [2, 4, 6, 8, 10],
    ]);
    expect(readBack(history)).toEqual(values(12));
    expect(allOf(history, "delivered").map(({ value }) => value)).toEqual(values(12));
  });

  test("a crash in between loses nothing, and the epochs are told as the batches have them", () => {
    const { history } = played(
      large,
      fault("f1", { acked: "s5" }, { kind: "kill-broker", target: "leaderOf(orders-0)" }, 2500),
    );
    expect(readBack(history).toSorted()).toEqual([...values(12)].toSorted());
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === "orders-0");
    expect(recovered?.epochs).toEqual([{ epoch: 0, startOffset: 0 }]);
  });
});
