import { expect, test } from "vitest";
import { setupWith, stopsTwoBrokers } from "../test/support/fixed-trials.ts";
import { trialInMemory } from "./trial.ts";

const setup = setupWith("R01");
const all = trialInMemory(stopsTwoBrokers, setup);
const clients = trialInMemory(stopsTwoBrokers, { ...setup, clientEvidenceOnly: true });

const verdictIn = (trial: typeof all, id: string): string | undefined =>
  trial.judged.find(({ property }) => property.id === id)?.verdict.kind;

test("with clients' evidence alone nothing is left that brokers tell of themselves, and all the rest is as it was", () => {
  expect(all.played.history.some(({ evidence }) => evidence === "broker")).toBe(true);
  expect(clients.played.history).toEqual(all.played.history.filter(({ evidence }) => evidence !== "broker"));
});

test("with clients' evidence alone a lost record is seen, and the model has nothing to say", () => {
  expect(verdictIn(all, "brokers-follow-the-model")).toBe("violated");
  expect(verdictIn(clients, "brokers-follow-the-model")).toBe("unknown");
  expect(verdictIn(clients, "no-lost-acked-record")).toBe("violated");
});

test("witnesses are events of the history that was judged", () => {
  const verdict = clients.judged.find(({ property }) => property.id === "no-lost-acked-record")!.verdict;
  const [breach] = "breaches" in verdict ? verdict.breaches : [];
  const kinds = breach!.witness.map((at) => clients.played.history[at]!.kind);
  expect(kinds).toContain("send-acked");
});
