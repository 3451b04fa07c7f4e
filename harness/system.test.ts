import { expect, test } from "vitest";
import { fingerprintOf } from "../model/fingerprint.ts";
import type { Played } from "../sut/played.ts";
import { forgetfulFault, stopsTwoBrokers, withOwnFault } from "../test/support/fixed-trials.ts";
import { bugById } from "./named.ts";
import { inMemory, onKafka } from "./system.ts";

test("the in-memory cluster gives the same history each time, and another one with a planted bug", () => {
  const [one, other] = [inMemory(), inMemory()].map((system) => fingerprintOf(system.play(stopsTwoBrokers).history));
  expect(other).toBe(one);
  expect(fingerprintOf(inMemory(bugById("R01")).play(stopsTwoBrokers).history)).not.toBe(one);
  expect(inMemory()).toMatchObject({ id: "sim", name: "in-memory cluster", replayGrade: "exact" });
});

test("the in-memory cluster plays the own faults that it is given, and skips others with the reason", () => {
  const faultsIn = ({ history }: Played): readonly string[] =>
    history.flatMap((event) =>
      event.kind === "fault-injected" ? [event.fault] : event.kind === "step-skipped" ? [event.reason] : [],
    );
  const schedule = withOwnFault("forgetful");
  expect(faultsIn(inMemory().play(schedule, { ownFaults: [forgetfulFault()] }))).toContain("own-fault");
  expect(faultsIn(inMemory().play(schedule))).toContain('nobody has brought the fault "forgetful"');
});

test("real Kafka is named with its version, and is asked for what it is told to play", async () => {
  const played: Played = { history: [], deviations: ["one broker too few"] };
  const asked: unknown[] = [];
  const system = onKafka({
    version: "4.3.1",
    replayGrade: "schedule-exact",
    play: async (...all) => {
      asked.push(...all);
      return played;
    },
  });
  expect(system).toMatchObject({ id: "kafka", name: "Kafka 4.3.1 in containers", replayGrade: "schedule-exact" });
  expect(await system.play(stopsTwoBrokers, { ownFaults: [] })).toBe(played);
  expect(asked).toEqual([stopsTwoBrokers, { ownFaults: [] }]);
});
