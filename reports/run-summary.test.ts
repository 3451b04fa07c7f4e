import { expect, test } from "vitest";
import { alwaysHolds, neverSent } from "../test/support/fixed-trials.ts";
import { summarise } from "./run-summary.ts";
import type { SummaryInput } from "./run-summary.ts";

const sighting = (id: string): SummaryInput["sightings"][number] => ({
  id,
  sentence: "",
  evidence: "client",
  wasSeen: () => true,
});

const input: SummaryInput = {
  trials: 12345,
  seconds: 10.04,
  events: 6_789_012,
  sends: 280_000,
  steps: 400_000,
  skippedSteps: 1234,
  missedAnchors: 56,
  skipReasons: { "producer p… is down": 1000, "a broker is down": 234 },
  faults: { "cut-link": 7, "kill-broker": 1200 },
  sighted: { "leader-moved": 900, "isr-shrank": 1300 },
  sightings: [sighting("leader-moved"), sighting("isr-shrank"), sighting("power-was-lost")],
  exercised: { "elect-clean": 3000, "refuse-isr INELIGIBLE_REPLICA": 2 },
  exercises: ["elect-clean", "elect-unclean", "refuse-isr INELIGIBLE_REPLICA"],
  properties: [alwaysHolds, neverSent],
  verdicts: {
    "always-holds": { holds: 12345, violated: 0, notPromised: 0, unknown: 0 },
    "never-sent": { holds: 0, violated: 1, notPromised: 23, unknown: 12321 },
  },
};

test("a campaign is summarised as what was exercised, what was seen, and what held", () => {
  expect(summarise(input)).toMatchInlineSnapshot(`
    "exercised  12,345 trials in 10.0 s (1,230 a second): 280,000 sends, 6,789,012 events
      faults   kill-broker 1,200 · cut-link 7
      seen     isr-shrank 1,300 · leader-moved 900 trials
      not seen power-was-lost
      model    2 of 3 actions and refusals of the reference model; not elect-unclean
      skipped  1,234 of 400,000 steps (0.3 %), most often because producer p… is down; 56 were played though what they waited for had not happened

    in how many trials   holds  violated  not promised  nothing to judge
    always-holds        12,345         0             0                 0
    never-sent               0         1            23            12,321"
  `);
});

test("a campaign in which nothing has happened says so, and is divided by nothing", () => {
  const nothing = { ...input, trials: 0, seconds: 0, events: 0, sends: 0, steps: 0, skippedSteps: 0, missedAnchors: 0 };
  expect(summarise({ ...nothing, skipReasons: {}, faults: {}, sighted: {}, sightings: [], exercised: {}, verdicts: {} }))
    .toMatchInlineSnapshot(`
      "exercised  0 trials in 0.0 s: 0 sends, 0 events
        faults   none
        seen     none

      in how many trials  holds  violated  not promised  nothing to judge
      always-holds            0         0             0                 0
      never-sent              0         0             0                 0"
    `);
});

test("situations that were all seen are not looked for among the others", () => {
  expect(summarise({ ...input, sightings: input.sightings.slice(0, 2) })).not.toContain("not seen");
});
