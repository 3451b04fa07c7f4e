import { expect, test } from "vitest";
import { acked, historyOf, send } from "../properties/hand-made-history.ts";
import { setupWith, stopsTwoBrokers } from "../test/support/fixed-trials.ts";
import { trialInMemory } from "../harness/trial.ts";
import { historyLines } from "./history-lines.ts";

test("a header says what it is, and then there is one event a line, with when and where it was seen first", () => {
  expect(historyLines(historyOf(send("s1"), acked("s1", 0)), { seed: "a:0", sut: "sim" })).toMatchInlineSnapshot(`
    "{"format":"kafka-trial.history/1","seed":"a:0","sut":"sim"}
    {"atUs":0,"evidence":"client","kind":"send-started","client":"p1","step":"s1","partition":"orders-0","value":"s1"}
    {"atUs":1000,"evidence":"client","kind":"send-acked","client":"p1","step":"s1","offset":0}
    "
  `);
});

test("whatever the lines hold, they give the events back", () => {
  const { history } = trialInMemory(stopsTwoBrokers, setupWith()).played;
  const text = historyLines(history, { seed: "line\nbreak", sut: "sim" });
  expect(text.endsWith("\n")).toBe(true);
  const [header, ...events] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(header).toEqual({ format: "kafka-trial.history/1", seed: "line\nbreak", sut: "sim" });
  expect(events).toEqual(JSON.parse(JSON.stringify(history)));
});
