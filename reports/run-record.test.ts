import { expect, test } from "vitest";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf } from "../harness/seed.ts";
import { stopsTwoBrokers } from "../test/support/fixed-trials.ts";
import { encodeReadable, replayableOf } from "./run-record.ts";
import type { RunRecord } from "./run-record.ts";

const record: RunRecord = {
  format: "kafka-trial.record/1",
  title: 'Something "odd" was lost.',
  finding: { property: "no-lost-acked-record", class: "broker-bug", alsoBroken: [] },
  madeWith: { "kafka-trial": "0.1.0", node: "24.0.0" },
  seed: "5f3a09c2:131",
  sut: "sim",
  bug: null,
  replay: { grade: "exact", fingerprint: "0123456789abcdef" },
  schedule: { ...stopsTwoBrokers, steps: [] },
  scheduleAsFound: stopsTwoBrokers,
};

test("a record is written so that a person can read it: one step a line", () => {
  expect(encodeReadable(record)).toMatchInlineSnapshot(`
    "{
      "format": "kafka-trial.record/1",
      "title": "Something \\"odd\\" was lost.",
      "finding": { "property": "no-lost-acked-record", "class": "broker-bug", "alsoBroken": [] },
      "madeWith": { "kafka-trial": "0.1.0", "node": "24.0.0" },
      "seed": "5f3a09c2:131",
      "sut": "sim",
      "bug": null,
      "replay": { "grade": "exact", "fingerprint": "0123456789abcdef" },
      "schedule": {
        "format": "kafka-trial.schedule/1",
        "options": {
          "brokers": 3,
          "brokerConfig": {},
          "topics": [
            { "name": "orders", "partitions": 3, "replicationFactor": 3, "config": {} }
          ],
          "producers": [
            { "id": "p1", "config": {} }
          ],
          "groups": []
        },
        "steps": [],
        "noise": { "seed": "00000000", "latencyMs": { "min": 1, "max": 1 } }
      },
      "scheduleAsFound": {
        "format": "kafka-trial.schedule/1",
        "options": {
          "brokers": 3,
          "brokerConfig": {},
          "topics": [
            { "name": "orders", "partitions": 3, "replicationFactor": 3, "config": {} }
          ],
          "producers": [
            { "id": "p1", "config": {} }
          ],
          "groups": []
        },
        "steps": [
          { "id": "s1", "after": { "ms": 0 }, "do": { "kind": "send", "producer": "p1", "topic": "orders", "partition": 1 } },
          { "id": "f1", "after": { "acked": "s1", "ms": 0 }, "do": { "kind": "stop-broker", "target": "controller" } },
          { "id": "f2", "after": { "ms": 0 }, "do": { "kind": "stop-broker", "target": "broker 2" } }
        ],
        "noise": { "seed": "00000000", "latencyMs": { "min": 1, "max": 1 } }
      }
    }
    "
  `);
});

test("a record and a schedule are read as what they are", () => {
  expect(replayableOf(JSON.parse(encodeReadable(record)))).toEqual({ kind: "record", record });
  expect(replayableOf(JSON.parse(encodeReadable(stopsTwoBrokers)))).toEqual({ kind: "schedule", schedule: stopsTwoBrokers });
});

test("whatever is generated is the same again when it has been written and read", () => {
  for (let trial = 0; trial < 100; trial++) {
    const schedule = generateSchedule(rootOf(`readable:${trial}`));
    const text = encodeReadable(schedule);
    expect(JSON.parse(text)).toEqual(schedule);
    const stepLines = text.split("\n").filter((line) => line.includes('"id": "s'));
    expect(stepLines.length).toBe(schedule.steps.filter(({ id }) => id.startsWith("s")).length);
  }
});

test("own parameters can be anything that JSON can be", () => {
  const parameters = {
    none: null,
    list: [],
    deep: [{ a: [[]] }, "ü\n\u0000"],
    empty: {},
    long: Array.from({ length: 60 }, (_, at) => at),
  };
  const schedule = {
    ...stopsTwoBrokers,
    steps: [{ id: "f1", after: { ms: 0.25 }, do: { kind: "own-fault", fault: "own", parameters } } as const],
  };
  expect(JSON.parse(encodeReadable(schedule))).toEqual(schedule);
});

test("a record is refused where one of its schedules is none, and it is said which", () => {
  const told = (changes: object): string => {
    const replayable = replayableOf({ ...record, ...changes });
    return replayable.kind === "wrong" ? replayable.problem : "nothing";
  };
  expect(told({ schedule: undefined })).toMatchInlineSnapshot(`"schedule, the schedule: it is missing"`);
  expect(told({ scheduleAsFound: { ...stopsTwoBrokers, steps: 1 } })).toMatchInlineSnapshot(
    `"scheduleAsFound, steps: Invalid type: Expected Array but received 1"`,
  );
  expect(told({ bug: 1 })).toMatchInlineSnapshot(
    `"a run record has a title, a finding, a seed, a sut (sim or kafka), a bug (or null) and a fingerprint"`,
  );
  expect(told({ finding: null })).toBe(told({ bug: 1 }));
  expect(told({ format: "kafka-trial.record/0" })).toContain('its "format" is "kafka-trial.record/0"');
});
