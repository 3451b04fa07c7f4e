import { expect, test } from "vitest";
import {
  changed,
  described,
  historyOf,
  limitReached,
  phase,
  readBack,
  readBackTransactions,
  send,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { trialComesToRest } from "./trial-comes-to-rest.ts";

test("it holds where the trial came to its end within its limits", () => {
  expect(told(verdictOn(trialComesToRest, historyOf(phase("drain"), described({}))))).toBe("holds for 1");
});

test("a limit that was reached is a violation that names what was waited for", () => {
  const history = historyOf(
    phase("drain"),
    limitReached("drain", "s1 to have an outcome", "billing to have a member"),
    described({}),
  );
  expect(told(verdictOn(trialComesToRest, history))).toEqual({
    violated: [
      ["The limit of the drain phase was reached while waiting for s1 to have an outcome; billing to have a member.", [1]],
    ],
  });
});

test("a limit counts even where the trial did not come to its end", () => {
  expect(verdictOn(trialComesToRest, historyOf(limitReached("read-back"))).kind).toBe("violated");
});

test("readers may wait for ever where a replica may have missed the marker of a transaction", () => {
  const isr = (...members: readonly number[]) => changed("orders-0", { leader: 1, epoch: 0, isr: members });
  const history = historyOf(
    isr(1, 2, 3),
    isr(1, 2),
    send("s1"),
    isr(1, 2, 3),
    readBack("orders-0"),
    limitReached("drain", "billing"),
  );
  const shape = (retentionMs: number) => ({
    topic: { "cleanup.policy": "compact", "delete.retention.ms": retentionMs } as const,
    producer: { "transactional.id": "shop" },
  });
  expect(verdictOn(trialComesToRest, history, shape(2)).kind).toBe("not-promised");
  expect(verdictOn(trialComesToRest, history, shape(3)).kind).toBe("violated");
  expect(verdictOn(trialComesToRest, history, { ...shape(2), producer: {} }).kind).toBe("violated");
});

test("readers may wait for ever where the marker of an open transaction was lost with permission, and not at one that has ended", () => {
  const lost = [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), changed("orders-0", { leader: 2, epoch: 1, isr: [2] })];
  const shape = { topic: { "unclean.leader.election.enable": true } };
  const kind = (...log: readonly string[]): string =>
    verdictOn(
      trialComesToRest,
      historyOf(lost, readBackTransactions("orders-0", ...log), limitReached("drain", "billing")),
      shape,
    ).kind;
  expect(kind("s1")).toBe("not-promised");
  expect(kind("s1", "commit")).toBe("violated");
});

test("a trial that was broken off says nothing", () => {
  expect(verdictOn(trialComesToRest, historyOf(send("s1"))).kind).toBe("unknown");
});
