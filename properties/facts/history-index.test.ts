import { expect, test } from "vitest";
import { acked, historyOf, send } from "../hand-made-history.ts";
import { HistoryIndex } from "./history-index.ts";

const index = new HistoryIndex(historyOf(send("s1"), acked("s1", 0), send("s2")));

test("events of one kind come in order, each with its place", () => {
  expect(index.eventsOf("send-started").map(({ at, event }) => [at, event.step])).toEqual([
    [0, "s1"],
    [2, "s2"],
  ]);
  expect(index.eventsOf("send-failed")).toEqual([]);
});

test("it tells whether there is one of which something is true", () => {
  expect(index.has("send-acked", ({ step }) => step === "s1")).toBe(true);
  expect(index.has("send-acked", ({ step }) => step === "s2")).toBe(false);
  expect(index.has("send-failed", () => true)).toBe(false);
});
