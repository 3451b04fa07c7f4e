import { describe, expect, test } from "vitest";
import type { Pass } from "./track-record.ts";
import { pageOf } from "./track-record-page.ts";

const bugs = [
  { id: "R01", ticket: "KAFKA-1", sentence: "Something is lost.", isVisibleToClients: true },
  { id: "I02", ticket: "KAFKA-2", sentence: "Something waits.", isVisibleToClients: false },
  { id: "E07", ticket: "KAFKA-3", sentence: "Somebody leads.", isVisibleToClients: true },
];

const byModel = { property: "brokers-follow-the-model", variant: "I4" };
const full: Pass = {
  version: "1.2.3",
  runs: 20_000,
  detections: [
    { seed: "score-1", trials: 4, property: "no-lost-acked-record" },
    { seed: "score-2", trials: 1234, ...byModel },
    { seed: "score-3", trials: null },
    { seed: "score-4", trials: 9000, ...byModel },
    { seed: "score-5", trials: 2, ...byModel },
  ],
  steps: { asFound: 44, shrunk: 3 },
};
const clients: Pass = { ...full, detections: [{ seed: "score-1", trials: null }] };

const linesOf = (page: string): readonly string[] => page.split("\n").map((line) => line.replaceAll(/ +/g, " "));

describe("the page", () => {
  const lines = linesOf(pageOf({ clean: { seed: "score-1", trials: 2000 }, rows: [{ bug: "R01", full, clients }] }, bugs));

  test("tells of a bug how soon it was found, by whom, and in how many steps", () => {
    expect(lines).toContain(
      "| R01, KAFKA-1 | Something is lost. | 1,234 (4 of 5) | 3× brokers-follow-the-model: I4; 1× no-lost-acked-record | 3 of 44 |",
    );
  });

  test("tells what clients' evidence alone has not shown", () => {
    const { steps: _, ...missed } = clients;
    const said = linesOf(pageOf({ rows: [{ bug: "R01", clients: missed }] }, bugs));
    expect(said).toContain("| R01 | over 20,000 (0 of 1) | nobody | |");
  });

  test("has a line for a bug of which nothing is known, and asks for clients' evidence where clients can see it", () => {
    expect(lines).toContain("| I02, KAFKA-2 | Something waits. | not played yet | | |");
    expect(lines).toContain("| E07 | not played yet | | |");
    expect(lines.filter((line) => line.startsWith("| I02 |"))).toEqual([]);
  });

  test("says with what it was made, and that the way to judge was tried without a bug", () => {
    const text = lines.join(" ");
    expect(text).toContain("kafka-trial 1.2.3; seeds score-1, score-2, score-3, score-4, score-5; at most 20,000 trials");
    expect(text).toContain("npm run mutation-score -- --write");
    expect(text).toContain("Without a bug, 2,000 trials of seed score-1 are clean");
  });

  test("does not say so where it was not", () => {
    expect(pageOf({ rows: [{ bug: "R01", full }] }, bugs)).not.toContain("clean");
  });
});
