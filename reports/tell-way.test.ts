import { expect, test } from "vitest";
import { scheduleOf } from "../harness/written-schedule.ts";
import { properties } from "../properties/catalogue.ts";
import { factsOf, historyOf, acked, delivered, readBack, send } from "../properties/hand-made-history.ts";
import { judge } from "../properties/judge.ts";
import { recordsOutcomeOf } from "./records-outcome.ts";
import { tellWay } from "./tell-way.ts";

const schedule = scheduleOf({ steps: [] });

/** What is told of a way in which two records were acknowledged, and the log has these. */
function told(log: readonly string[], deviations: readonly string[] = []): readonly string[] {
  const history = historyOf(send("s1"), acked("s1", 0), send("s2"), acked("s2", 1), readBack("orders-0", ...log));
  const facts = factsOf(history);
  const { judged } = judge(facts.options, history, properties);
  const way = { id: "once", settings: "acks=all", leftToYou: "Nothing.", schedule, history, deviations, judged };
  return tellWay({ ...way, outcome: recordsOutcomeOf(facts) }).split("\n");
}

test("it says what came of it, what happened, and what is left to the application", () => {
  const lines = told(["s1", "s2"]);
  expect([lines[0], lines.at(-1)]).toEqual(["once   acks=all", "  left to you  Nothing."]);
  expect(lines[1]).toContain("2 sent, 2 acknowledged; never processed: s1, s2");
  expect(lines).toContain("  what happened");
});

test("a violation is named, with what it is about, and so is what a setting permits", () => {
  const lines = told(["s1"]);
  expect(lines.find((line) => line.startsWith("  VIOLATED"))).toBe(
    "  VIOLATED     no-lost-acked-record: s2 was acknowledged at orders-0 offset 1 and is not in the log.",
  );
  expect(lines.filter((line) => line.includes("s2 is acknowledged"))).toHaveLength(1);
});

test("what could not be played as told is told", () => {
  expect(told(["s1", "s2"], ["p1 has no transactions"])).toContain("  not as told  p1 has no transactions");
  expect(told(["s1", "s2"]).some((line) => line.includes("not as told"))).toBe(false);
});

test("what is told at once is no more than fits a terminal, and how much more there is", () => {
  const events = Array.from({ length: 40 }, () => delivered("c1/1", "orders-0@0", "s1"));
  const history = historyOf(send("s1"), acked("s1", 0), events, readBack("orders-0", "s1"));
  const facts = factsOf(history);
  const input = { id: "once", settings: "", leftToYou: "", schedule, history, deviations: [], judged: [] };
  const lines = tellWay({ ...input, outcome: recordsOutcomeOf(facts) }).split("\n");
  expect(lines.find((line) => line.includes("more of these"))).toBe("    and 12 more of these");
});
