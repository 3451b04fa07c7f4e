/** Every stored schedule still shows what it was stored for, and holds under Kafka's own rules. */

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { fails } from "../harness/findings/same-failure.ts";
import { brokenIn } from "../harness/campaign/suspect.ts";
import { loadFile } from "../harness/load-replayable.ts";
import { bugById } from "../harness/named.ts";
import { trialInMemory } from "../harness/trial.ts";
import type { Trial } from "../harness/trial.ts";
import { properties } from "../properties/catalogue.ts";
import type { RunRecord } from "../reports/run-record.ts";
import { plantedBugs } from "../sut/sim/planted-bugs/catalogue.ts";

const folder = new URL("../regressions/", import.meta.url).pathname;
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const loaded = files.map((name) => ({ name, ...loadFile(`${folder}${name}`) }));
const records = loaded.flatMap(({ name, record }) => (record === undefined ? [] : [{ name, record }]));

const play = (schedule: RunRecord["schedule"], bug: string | null): Trial =>
  trialInMemory(schedule, { settings: {}, properties, bug: bug === null ? undefined : bugById(bug) });

test("each planted bug has a stored schedule that shows it", () => {
  expect(new Set(records.map(({ record }) => record.bug))).toEqual(new Set(plantedBugs.map(({ id }) => id)));
});

test.each(records)("$name breaks its property with its bug, and a property that the bug claims", ({ record }) => {
  const { property } = record.finding;
  const trial = play(record.schedule, record.bug);
  const found = brokenIn(trial).find(({ judged }) => judged.property.id === property);
  expect(found?.judged.verdict.kind).toBe("violated");
  expect(bugById(record.bug!).claims).toContain(property);
  expect(fails(property, found!.breach)(play(record.scheduleAsFound, record.bug))).toBe(true);
});

test.each(loaded)("$name holds without any bug", ({ record, schedule }) => {
  for (const one of [schedule, ...(record === undefined ? [] : [record.scheduleAsFound])]) {
    const violated = brokenIn(play(one, null)).filter(({ judged }) => judged.verdict.kind === "violated");
    expect(violated.map(({ breach }) => breach.message)).toEqual([]);
  }
});

test("a commit that was sent again and came late a first time is permitted, and the finding says what is not ordered", () => {
  const { schedule } = loaded.find(({ name }) => name === "commit-overtaken-by-its-retry.json")!;
  const [first] = brokenIn(play(schedule, null));
  expect(first?.judged.property.id).toBe("committed-offset-is-accepted-commit");
  expect(first?.breach.permission?.setting).toBe("OffsetCommit is not ordered");
});

test("acks=1 and a leader that dies is permitted by the settings, and the finding names the one that does", () => {
  const { schedule } = loaded.find(({ name }) => name === "acks-1-leader-dies.json")!;
  const [first] = brokenIn(play(schedule, null));
  expect(first?.judged.property.id).toBe("no-lost-acked-record");
  expect(first?.judged.verdict.kind).toBe("not-promised");
  expect(first?.breach.permission?.setting).toBe("acks=1");
});
