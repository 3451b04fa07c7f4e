import { describe, expect, test } from "vitest";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { TrialFacts } from "../../properties/facts/trial-facts.ts";
import { recordsOutcomeOf, tellOutcome } from "../../reports/records-outcome.ts";
import { playInMemory } from "../../sut/sim/play.ts";
import { judgeTrial } from "../trial.ts";
import { namedScenarios } from "./catalogue.ts";

/** What each is there to show. */
const shown: Readonly<Record<string, string>> = {
  "broker-dies-while-sending, at-most-once": "8 sent, 8 acknowledged; lost: s4, s5, s6, s7, s8",
  "broker-dies-while-sending, at-least-once": "8 sent, 8 acknowledged; in the log twice: s3",
  "broker-dies-while-sending, exactly-once": "8 sent, 8 acknowledged; everything once",
  "consumer-dies-before-committing, at-most-once": "never processed: s4, s5, s6",
  "consumer-dies-before-committing, at-least-once": "processed twice: s1, s2, s3",
  "consumer-dies-before-committing, exactly-once": "processed twice: s1, s2, s3; output of 7 counts once; 2 discarded",
  "rebalance-while-processing, at-most-once": "everything once",
  "rebalance-while-processing, at-least-once": "processed twice: s3",
  "rebalance-while-processing, exactly-once": "processed twice: s3; output of 6 counts once; 1 discarded",
  "more-members-than-partitions, one-idle": "6 sent, 6 acknowledged; everything once",
  "more-members-than-partitions, idle-takes-over": "8 sent, 8 acknowledged; everything once",
  "where-a-group-begins, from-offset-0": "8 sent, 8 acknowledged; everything once",
  "where-a-group-begins, from-the-latest": "never processed: s1, s2, s3, s4, s5",
  "consumer-lag, one-member": "at most 25 waiting at a time",
  "consumer-lag, four-members": "at most 10 waiting at a time",
  "rebalance-storm, everybody-stops": "20 sent, 20 acknowledged; everything once",
  "zombie-producer, same-transactional-id": "2 sent, 2 acknowledged; aborted: s1",
  "zombie-producer, different-ids": "2 sent, 2 acknowledged; everything once",
};

const ways = namedScenarios.flatMap((scenario) => scenario.ways.map((way) => ({ name: `${scenario.id}, ${way.id}`, way })));

test("each way shows something", () => {
  expect(ways.map(({ name }) => name)).toEqual(Object.keys(shown));
});

describe.each(ways)("$name", ({ name, way: { leftToYou, schedule } }) => {
  test("can be played, breaks no promise, and shows what it is there for", () => {
    expect(checkSchedule(schedule)).toBeUndefined();
    const played = playInMemory(schedule);
    const { judged } = judgeTrial(schedule, played, properties);
    expect(judged.filter(({ verdict }) => verdict.kind === "violated").map(({ property }) => property.id)).toEqual([]);
    expect(played.history.filter(({ kind }) => kind === "step-skipped" || kind === "limit-reached")).toEqual([]);
    expect(tellOutcome(recordsOutcomeOf(new TrialFacts(schedule.options, played.history)))).toContain(shown[name]);
  });

  test("says what is left to the application", () => {
    expect(leftToYou).toMatch(/^[A-Z].{60,}\.$/);
  });
});

test("the idle member has something to do when another one is dead, and range moves the third as well", () => {
  const { schedule } = ways.find(({ name }) => name.endsWith("idle-takes-over"))!.way;
  const { history } = playInMemory(schedule);
  const owners = history.flatMap((event) => (event.kind === "processed" ? [`${event.value} ${event.client}`] : []));
  expect(owners).toEqual(["s1 c1", "s2 c2", "s4 c2", "s6 c2", "s3 c2", "s5 c2", "s7 c2", "s8 c3"]);
});
