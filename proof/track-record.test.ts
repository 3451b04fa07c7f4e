import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bugById } from "../harness/named.ts";
import { plantedBugs } from "../sut/sim/planted-bugs/catalogue.ts";
import { command, encodeRecord, isCaught, medianTrials, pageFile, readRecord, recordFile, withRow } from "./track-record.ts";
import type { Pass } from "./track-record.ts";
import { pageOf } from "./track-record-page.ts";

const passOf = (...trials: readonly (number | null)[]): Pass => ({
  version: "1.0.0",
  runs: 100,
  detections: trials.map((one, at) => ({ seed: `score-${at + 1}`, trials: one })),
});

describe("trials to the first detection", () => {
  test("are the median of the seeds", () => {
    expect(medianTrials(passOf(40, 1, 7, 90, 3))).toBe(7);
  });

  test("are more than were played for a seed that has found nothing", () => {
    expect(medianTrials(passOf(null, 1, null, 90, 3))).toBe(90);
  });

  test("are unknown where no more than half of the seeds have found it: it is not caught", () => {
    for (const pass of [passOf(null, 1, null, null, 3), passOf(null, 1), passOf(null), passOf()]) {
      expect(medianTrials(pass)).toBeUndefined();
      expect(isCaught(pass)).toBe(false);
    }
    expect(isCaught(passOf(null, 1, 2))).toBe(true);
  });
});

describe("what is new of a bug", () => {
  const rows = [
    { bug: "R01", full: passOf(1), clients: passOf(2) },
    { bug: "C01", full: passOf(3) },
  ];

  test("replaces what it is about, and leaves the rest", () => {
    const after = withRow(rows, { bug: "R01", full: passOf(9) }, ["R01", "C01"]);
    expect(after).toEqual([{ bug: "R01", full: passOf(9), clients: passOf(2) }, rows[1]]);
  });

  test("comes where the catalogue has it", () => {
    const after = withRow(rows, { bug: "I05", full: passOf(9) }, ["R01", "I05", "C01"]);
    expect(after.map(({ bug }) => bug)).toEqual(["R01", "I05", "C01"]);
  });

  test("ends what there was of bugs that are no more", () => {
    expect(withRow(rows, { bug: "C01", full: passOf(9) }, ["C01"])).toEqual([{ bug: "C01", full: passOf(9) }]);
  });
});

describe("the stored record", () => {
  const record = readRecord();

  test("is written as the command writes it, and so is the page that is made from it", () => {
    // Where it is not: `npm run mutation-score -- --write --bug ID` for any bug writes both anew.
    expect(readFileSync(recordFile, "utf8")).toBe(encodeRecord(record));
    expect(readFileSync(pageFile, "utf8")).toBe(pageOf(record, plantedBugs));
  });

  test.each(plantedBugs.map(({ id, ticket }) => [id, ticket] as const))("says that %s, %s, is caught", (id) => {
    const full = record.rows.find(({ bug }) => bug === id)?.full;
    const howTo = `docs/track-record.json does not have it so: run ${command} --bug ${id}`;
    expect(full !== undefined && isCaught(full) ? "caught" : howTo).toBe("caught");
  });

  const visible = plantedBugs.filter(({ isVisibleToClients }) => isVisibleToClients);

  test.each(record.rows.filter(({ clients }) => clients !== undefined).map(({ bug }) => bug))(
    "has looked for %s with clients' evidence alone because clients can see it",
    (id) => {
      expect(visible.map((bug) => bug.id)).toContain(id);
    },
  );

  test.each(record.rows)("names for $bug only properties that the bug claims", ({ bug, clients, full }) => {
    const detections = [full, clients].flatMap((pass) => pass?.detections ?? []);
    const seers = detections.flatMap(({ property }) => property ?? []);
    expect(bugById(bug).claims).toEqual(expect.arrayContaining(seers));
  });
});
