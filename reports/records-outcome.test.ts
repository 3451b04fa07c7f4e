import { expect, test } from "vitest";
import {
  acked,
  factsOf,
  historyOf,
  processed,
  readBack,
  readBackTransactions,
  send,
  unclear,
} from "../properties/hand-made-history.ts";
import type { Told } from "../properties/hand-made-history.ts";
import { recordsOutcomeOf, tellOutcome } from "./records-outcome.ts";

const outcome = (...events: readonly (Told | readonly Told[])[]): string =>
  tellOutcome(recordsOutcomeOf(factsOf(historyOf(...events))));
const sent = [send("s1"), acked("s1", 0), send("s2"), acked("s2", 1)];
const one = processed("c1/1", "orders-0@0", "s1");
const two = processed("c1/1", "orders-0@1", "s2");

test("where everything went well, everything is there once", () => {
  expect(outcome(sent, one, two, readBack("orders-0", "s1", "s2"))).toBe(
    "2 sent, 2 acknowledged; everything once; at most 2 waiting at a time",
  );
});

test("what is missing, and what is there twice, is named", () => {
  expect(outcome(sent, two, two, readBack("orders-0", "s2", "s2"))).toBe(
    "2 sent, 2 acknowledged; lost: s1; in the log twice: s2; processed twice: s2; at most 2 waiting at a time",
  );
  expect(outcome(send("s1"), unclear("s1"), readBack("orders-0", "s1"))).toBe(
    "1 sent, 0 acknowledged; unclear: s1; never processed: s1; at most 0 waiting at a time",
  );
});

test("a record waits from its acknowledgement until a group has processed it for the first time", () => {
  expect(outcome(send("s1"), acked("s1", 0), one, send("s2"), acked("s2", 1), two, readBack("orders-0", "s1", "s2"))).toContain(
    "at most 1 waiting",
  );
  expect(outcome(send("s1"), one, acked("s1", 0), readBack("orders-0", "s1"))).toContain("at most 0 waiting");
});

test("what was aborted is named, and nobody has to process it", () => {
  const transactional = { producer: { "transactional.id": "tx" } };
  const history = historyOf(sent, readBackTransactions("orders-0", "s1", "s2", "abort"));
  expect(tellOutcome(recordsOutcomeOf(factsOf(history, transactional)))).toBe(
    "2 sent, 2 acknowledged; aborted: s1, s2; at most 2 waiting at a time",
  );
});
