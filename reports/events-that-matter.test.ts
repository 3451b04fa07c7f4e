import { describe, expect, test } from "vitest";
import type { History } from "../model/history.ts";
import type { Breach } from "../properties/verdict.ts";
import {
  acked,
  assigned,
  changed,
  commits,
  delivered,
  down,
  historyOf,
  injected,
  killed,
  limitReached,
  partitionOf,
  phase,
  processed,
  readOne,
  send,
  truncated,
} from "../properties/hand-made-history.ts";
import { eventsThatMatter, eventsToldMax } from "./events-that-matter.ts";
import { tellEvent } from "./tell-event.ts";

const breach = (witness: readonly number[], partition?: string): Breach => ({
  message: "",
  witness,
  ...(partition !== undefined && { partition: partitionOf(partition) }),
});

const told = (history: History, about: Breach): readonly string[] =>
  eventsThatMatter(history, about).at.map((at) => tellEvent(history[at]!));

describe("what is told besides the proof", () => {
  test("what was done to the cluster, in the order in which it happened", () => {
    const history = historyOf(phase("play"), injected("kill-broker"), down(1), send("s1"), phase("heal"), killed("c1"));
    expect(told(history, breach([3]))).toEqual([
      "fault f1: kill-broker",
      "is killed",
      "sends s1 to orders-0",
      "heals whatever is still broken",
      "is killed",
    ]);
  });

  test("what became of the partition in question, and not of others", () => {
    const history = historyOf(truncated(1, "orders-0@4"), truncated(1, "orders-1@7"), send("s1"));
    expect(told(history, breach([2], "orders-0"))).toEqual(["cuts orders-0 back to offset 4", "sends s1 to orders-0"]);
  });

  test("who led the partition, each time that it was somebody else", () => {
    const history = historyOf(
      changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }),
      changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] }),
      changed("orders-1", { leader: 2, epoch: 0, isr: [2] }),
      changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
      send("s1"),
    );
    expect(eventsThatMatter(history, breach([4], "orders-0")).at).toEqual([0, 3, 4]);
  });

  test("what became of the records in question, and not of others", () => {
    const history = historyOf(
      send("s1"),
      acked("s1", 0),
      delivered("c1/1", "orders-0@0", "s1"),
      processed("c1/1", "orders-0@0", "s1"),
      processed("c1/1", "orders-0@1", "s2"),
      readOne("orders-0@0", "s1"),
      readOne("orders-0@1", "s2"),
    );
    expect(eventsThatMatter(history, breach([0, 1])).at).toEqual([0, 1, 3, 5]);
  });

  test("who was given the partition in the group in question", () => {
    const history = historyOf(
      assigned("c1/1", "orders-0"),
      assigned("c2/1", "orders-1"),
      commits("c1/1", 1, "orders-0@1"),
      limitReached("drain", "billing"),
    );
    expect(eventsThatMatter(history, breach([2], "orders-0")).at).toEqual([0, 2, 3]);
  });
});

describe("how much is told", () => {
  const many = historyOf(
    Array.from({ length: 40 }, (_, at) => injected("kill-broker", `f${at}`)),
    send("s1"),
  );

  test("no more than a person reads, the first ones, and how many there are besides", () => {
    const { at, leftOut } = eventsThatMatter(many, breach([40]));
    expect(at).toEqual([...Array.from({ length: eventsToldMax - 1 }, (_, index) => index), 40]);
    expect(leftOut).toBe(40 - (eventsToldMax - 1));
  });

  test("the proof in any case, however long it is", () => {
    const witness = Array.from({ length: eventsToldMax + 6 }, (_, at) => at);
    const { at, leftOut } = eventsThatMatter(many, breach(witness));
    expect(at).toEqual(witness);
    expect(leftOut).toBe(40 - witness.length);
  });

  test("nothing twice, be it named twice", () => {
    expect(eventsThatMatter(historyOf(send("s1"), acked("s1", 0)), breach([1, 0, 1])).at).toEqual([0, 1]);
  });
});
