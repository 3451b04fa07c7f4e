import { describe, expect, test } from "vitest";
import {
  acked,
  assigned,
  changed,
  described,
  groupAtEnd,
  historyOf,
  injected,
  logStartAdvanced,
  makes,
  offsetsFetched,
  readBack,
  readBackTransactions,
  send,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import type { Shape, Told } from "../hand-made-history.ts";
import { exactlyOnceProcessing } from "./exactly-once-processing.ts";

const shape: Shape = { hasOutput: true };
const input = [send("s1"), send("s2"), acked("s1", 0), acked("s2", 1)];
const made = [makes("o1", "orders-0@0"), makes("o2", "orders-0@1")];
const atEnd = (committed = "orders-0@2"): Told => described({ groups: [groupAtEnd({ committed: [committed] })] });
const verdict = (how: Shape, ...events: readonly (Told | readonly Told[])[]): unknown =>
  told(verdictOn(exactlyOnceProcessing, historyOf(...events), how));

describe("it holds", () => {
  test("where of each record one output counts", () => {
    const logs = [...readBack("orders-0", "s1", "s2"), ...readBackTransactions("shipments-0", "o1", "o2", "commit")];
    expect(verdict(shape, input, made, atEnd(), logs)).toBe("holds for 4");
  });

  test("where what was aborted was made again, and where a group has not come to the end", () => {
    const again = makes("o3", "orders-0@0");
    const logs = [
      ...readBack("orders-0", "s1", "s2"),
      ...readBackTransactions("shipments-0", "o1", "o2", "abort", "o3", "commit"),
    ];
    expect(verdict(shape, input, made, again, atEnd("orders-0@1"), logs)).toBe("holds for 3");
  });

  test("where nobody has read the output to its end, of what counts twice only", () => {
    expect(verdict(shape, input, made, atEnd(), readBack("orders-0", "s1", "s2"))).toBe("holds for 2");
  });
});

test("a record of which two outputs count is a violation", () => {
  const logs = [...readBack("orders-0", "s1"), ...readBackTransactions("shipments-0", "o1", "commit", "o3", "commit")];
  expect(verdict(shape, send("s1"), makes("o1", "orders-0@0"), makes("o3", "orders-0@0"), atEnd("orders-0@1"), logs)).toEqual({
    violated: [["billing has made output of orders-0 offset 0 twice: o1 and o3 both count.", [6, 8]]],
  });
});

test("a record that the group has passed, and no output of which counts, is a violation", () => {
  const logs = [...readBack("orders-0", "s1", "s2"), ...readBackTransactions("shipments-0", "o1", "commit", "o2", "abort")];
  expect(verdict(shape, input, made, atEnd(), logs)).toEqual({
    violated: [["billing has committed orders-0 up to offset 2, and no output of s2 at offset 1 counts.", [5, 8]]],
  });
});

test("what was aborted in the input is nobody's to process, for a group that reads committed records", () => {
  const logs = [
    ...readBackTransactions("orders-0", "s1", "abort", "s2", "commit"),
    ...readBackTransactions("shipments-0", "o2", "commit"),
  ];
  const reading = { hasOutput: true, group: { config: { "isolation.level": "read_committed" } } } as const;
  const output = makes("o2", "orders-0@2");
  expect(verdict(reading, input, output, atEnd("orders-0@4"), logs)).toBe("holds for 2");
  expect(verdict(shape, input, output, atEnd("orders-0@4"), logs)).toHaveProperty("violated");
});

describe("it is permitted", () => {
  const twice = [makes("o1", "orders-0@0"), makes("o3", "orders-0@0")];
  const countsTwice = [...readBack("orders-0", "s1"), ...readBackTransactions("shipments-0", "o1", "commit", "o3", "commit")];

  test("that both count, where all transactions of a producer have one epoch and a request may have been late", () => {
    const older = { ...shape, brokerConfig: { "transaction.version": 0 } } as const;
    const events = [twice, atEnd("orders-0@1"), countsTwice];
    expect(verdict(older, injected("delay-request"), ...events)).toHaveProperty("not-promised");
    expect(verdict(older, ...events)).toHaveProperty("violated");
  });

  test("that both count, where a coordinator of before has told the offsets", () => {
    const offsets = changed("__consumer_offsets-0", { leader: 2, epoch: 3, isr: [2] });
    const events = [twice, assigned("c1/1", "orders-0"), offsetsFetched("c1", 1, 2), atEnd("orders-0@1"), countsTwice];
    expect(verdict(shape, offsets, ...events)).toHaveProperty("not-promised");
    expect(verdict(shape, ...events)).toHaveProperty("violated");
  });

  test("that both count, where the input was lost, or a leader of before did not know the offset", () => {
    const events = [twice, atEnd("orders-0@1"), countsTwice];
    const elections = [
      changed("orders-0", { leader: 1, epoch: 0, isr: [1] }),
      changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
    ];
    const unclean = { ...shape, topic: { "unclean.leader.election.enable": true } } as const;
    expect(verdict(unclean, elections, ...events)).toHaveProperty("not-promised");
    expect(verdict(shape, elections, ...events)).toHaveProperty("violated");
    expect(verdict(shape, injected("pause-broker"), ...events)).toHaveProperty("not-promised");
  });

  test("that the output is missing, where it was deleted, or where its log was lost", () => {
    const events = [...input, ...made, acked("o1", 0, "c1"), atEnd("orders-0@1")];
    const logs = [...readBack("orders-0", "s1", "s2"), ...readBackTransactions("shipments-0")];
    const deletion = [injected("delete-records"), logStartAdvanced(1, "shipments-0@2")];
    expect(verdict(shape, events, logs)).toHaveProperty("violated");
    expect(verdict(shape, deletion, events, logs)).toHaveProperty("not-promised");
    const latest = { hasOutput: true, group: { config: { "auto.offset.reset": "latest" } } } as const;
    expect(verdict(latest, events, logs)).toHaveProperty("not-promised");
  });
});

test("groups that write nothing give nothing to judge", () => {
  expect(verdict({}, input, atEnd(), readBack("orders-0", "s1", "s2"))).toBe("unknown");
  expect(verdict(shape, input, atEnd(), readBack("orders-0", "s1", "s2"))).toBe("unknown");
});
