import { describe, expect, test } from "vitest";
import { brokerId, leaderEpoch, offset, topicPartition } from "../ids.ts";
import {
  after,
  append,
  batch,
  busy,
  calm,
  clusterWith,
  create,
  elect,
  fence,
  lead,
  orders,
  partitionIn,
} from "./hand-made-cluster.ts";
import { firstBroken, invariants } from "./invariants.ts";
import { noBrokers, setOf } from "./broker-set.ts";
import { append as appendEntry, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import { startsOf } from "./epoch-starts.ts";
import { entriesOf } from "./log.ts";
import { noSessions } from "./producer-session.ts";
import { put, putAt } from "./state.ts";
import type { ClusterState, Copy, PartitionState } from "./state.ts";

const withPartition = (state: ClusterState, changed: Partial<PartitionState>): ClusterState => ({
  ...state,
  partitions: put(state.partitions, orders, { ...partitionIn(state), ...changed }),
});
function withCopy(state: ClusterState, broker: number, changed: Partial<Copy>): ClusterState {
  const { copies } = partitionIn(state);
  const { log } = changed;
  const follows =
    log === undefined ? {} : { ownLog: log, producers: log.producers, epochs: startsOf(entriesOf(log), offset(0)) };
  return withPartition(state, { copies: putAt(copies, broker, { ...copies[broker]!, ...follows, ...changed }) });
}
/** A log written as `a0 b0 x1`: a value and its epoch. */
const logOf = (text: string, state: ClusterState = busy()): Log =>
  text
    .split(" ")
    .filter(Boolean)
    .map((entry) => ({ value: entry[0]!, epoch: leaderEpoch(Number(entry[1])) }))
    .reduce(appendEntry, upTo(partitionIn(state).committed, 0));
const brokenIn = (state: ClusterState): string | undefined => {
  const found = firstBroken(state);
  return found && `${found.invariant.id}: ${found.because}`;
};

test("they are I1 to I11, each with a sentence", () => {
  expect(invariants.map(({ id }) => id)).toEqual(Array.from({ length: 11 }, (_, at) => `I${at + 1}`));
  for (const { sentence } of invariants) expect(sentence).toMatch(/^[A-Z].*\.$/);
});

test("they hold in states that the model leads to", () => {
  const moved = after(
    busy(),
    elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 }),
    lead(2, 1, [1, 2, 3], 1),
    append(2, batch("x", 3, 1)),
  );
  for (const state of [calm, busy(), moved, clusterWith({ unclean: true })]) expect(brokenIn(state)).toBeUndefined();
});

describe("each is broken by a state that should not be", () => {
  test("I1: a watermark beyond the end of a log", () => {
    expect(brokenIn(withCopy(busy(), 3, { highWatermark: offset(3) }))).toBe("I1: replica 3 has watermark 3 and 2 records");
    expect(brokenIn(withCopy(busy(), 3, { highWatermark: offset(2) }))).toBeUndefined();
  });

  test("I2: a member of the ISR that lacks a committed record, or has another one there", () => {
    expect(brokenIn(withCopy(busy(), 3, { log: logOf("a0"), highWatermark: offset(0) }))).toBe(
      "I2: replica 3 is in the ISR and lacks the committed record at 1",
    );
    expect(brokenIn(withCopy(busy(), 3, { log: logOf("a0 x1"), highWatermark: offset(0) }))).toBe(
      "I2: replica 3 is in the ISR and lacks the committed record at 1",
    );
  });

  test("I2 says nothing of a replica that is outside the ISR, or that has lost power", () => {
    const short = withCopy(busy(), 3, { log: logOf("a0"), highWatermark: offset(0) });
    expect(brokenIn(withPartition(short, { isr: setOf([1, 2].map(brokerId)) }))).toBeUndefined();
    expect(brokenIn(withCopy(short, 3, { isDamaged: true }))).toBeUndefined();
  });

  test("I3: two logs that part and meet again", () => {
    const state = withPartition(calm, {});
    const apart = withCopy(withCopy(state, 1, { log: logOf("a0 b0 c1") }), 2, { log: logOf("a0 x0 c1") });
    expect(brokenIn(apart)).toBe("I3: replicas 1 and 2 differ at 1 and agree on an epoch after it");
    const sameEpoch = withCopy(withCopy(state, 1, { log: logOf("a0") }), 2, { log: logOf("b0") });
    expect(brokenIn(sameEpoch)).toBe("I3: replicas 1 and 2 differ at 0 and agree on an epoch after it");
    const parted = withCopy(withCopy(withPartition(state, { leaderEpoch: leaderEpoch(2) }), 1, { log: logOf("a0 b0 c0") }), 2, {
      log: logOf("a0 x1"),
    });
    expect(brokenIn(parted)).toBeUndefined();
  });

  test("I4: an elected leader that lacks a committed record", () => {
    const short = withCopy(busy(), 3, { log: logOf("a0"), highWatermark: offset(0) });
    const elected = withPartition(short, { leader: brokerId(3), isr: setOf([1, 2].map(brokerId)) });
    expect(brokenIn(elected)).toBe("I4: leader 3 lacks the committed record at 1");
    expect(
      brokenIn(withCopy(withPartition(elected, { isr: setOf([3].map(brokerId)) }), 3, { isDamaged: true })),
    ).toBeUndefined();
    expect(brokenIn(withPartition(busy(), { leader: brokerId(-1) }))).toBeUndefined();
  });

  test("I5: two replicas that lead in one epoch", () => {
    const { role } = partitionIn(calm).copies[1]!;
    expect(brokenIn(withCopy(calm, 2, { role }))).toBe("I5: brokers 1 and 2 both lead in epoch 0");
    const next = withPartition(withCopy(calm, 2, { role: { ...role, epoch: leaderEpoch(1) } as typeof role }), {
      leaderEpoch: leaderEpoch(1),
    });
    expect(brokenIn(next)).toBeUndefined();
  });

  test("I6: a replica ahead of the controllers, or a log whose epochs fall", () => {
    expect(brokenIn(withCopy(calm, 2, { role: { kind: "follower", epoch: leaderEpoch(1) } }))).toBe(
      "I6: replica 2 acts in epoch 1 of 0",
    );
    const falling = withCopy(withPartition(calm, { leaderEpoch: leaderEpoch(1) }), 2, { log: logOf("a0 b1 c0") });
    expect(brokenIn(falling)).toBe("I6: in the log of replica 2 the epoch falls at 2");
  });

  test("I7: a leader outside the ISR, or a member of the ISR without a replica", () => {
    expect(brokenIn(withPartition(calm, { isr: setOf([2, 3].map(brokerId)) }))).toBe("I7: leader 1 is not in the ISR 2, 3");
    expect(brokenIn(withPartition(calm, { isr: setOf([1, 9].map(brokerId)) }))).toBe(
      "I7: broker 9 is in the ISR and has no replica",
    );
    expect(brokenIn(withPartition(calm, { leader: brokerId(-1), isr: setOf([2].map(brokerId)) }))).toBeUndefined();
  });

  test("I7: a leader that is fenced, or a fenced member of an ISR that others are in", () => {
    const fenced = after(busy(), fence(3));
    expect(brokenIn(fenced)).toBe("I7: broker 3 is fenced and in the ISR 1, 2, 3");
    expect(brokenIn(after(busy(), fence(1)))).toBe("I7: leader 1 is fenced");
    expect(brokenIn(withPartition(after(busy(), fence(3)), { isr: setOf([1, 2].map(brokerId)) }))).toBeUndefined();
  });

  test("I8: epochs that do not grow, or that are not those of the records", () => {
    const starts = (...pairs: readonly (readonly [number, number])[]) =>
      pairs.map(([epoch, at]) => ({ epoch: leaderEpoch(epoch), startOffset: offset(at) }));
    expect(brokenIn(withCopy(busy(), 3, { epochs: starts([1, 0], [0, 1]) }))).toBe(
      "I8: replica 3 has epoch 0 from 1 after epoch 1 from 0",
    );
    expect(brokenIn(withCopy(busy(), 3, { epochs: starts([0, 2], [1, 2]) }))).toMatch("I8: replica 3 has epoch 1 from 2");
    expect(brokenIn(withCopy(busy(), 3, { epochs: [] }))).toBe(
      "I8: the last record of replica 3 is of epoch 0, and it knows of none there",
    );
    expect(brokenIn(withCopy(busy(), 3, { epochs: starts([0, 0], [1, 2]) }))).toBeUndefined();
  });

  test("I9: a log that begins beyond its watermark, or beyond its last stable offset", () => {
    expect(brokenIn(withCopy(busy(), 2, { logStart: offset(3) }))).toBe(
      "I9: replica 2 begins at 3, of last stable offset 2 and watermark 2",
    );
    expect(brokenIn(withCopy(busy(), 2, { logStart: offset(2) }))).toBeUndefined();
  });

  test("I10: producers that are remembered otherwise than the log tells", () => {
    const known = after(calm, append(1, batch("a", 0, 0, { id: 7 })));
    expect(brokenIn(withCopy(known, 1, { producers: noSessions }))).toBe(
      "I10: replica 1 remembers other batches of producers than it has",
    );
    expect(brokenIn(known)).toBeUndefined();
  });

  test("I11: eligible leaders beside enough in-sync replicas, or within the ISR, or without what is committed", () => {
    const elr = (elrOf: readonly number[], isr: readonly number[], state = busy()): string | undefined =>
      brokenIn(withPartition(state, { hasElr: true, isr: setOf(isr.map(brokerId)), elr: setOf(elrOf.map(brokerId)) }));
    expect(elr([3], [1, 2])).toBe("I11: 3 are eligible while enough are in the ISR 1, 2");
    expect(elr([1], [1])).toBe("I11: the ISR 1 and the eligible 1 overlap");
    expect(elr([9], [1])).toBe("I11: not all of the eligible 9 are replicas");
    expect(elr([3], [1], withCopy(busy(), 3, { log: logOf("a0"), highWatermark: offset(0) }))).toBe(
      "I11: replica 3 is eligible and lacks a committed record",
    );
    expect(elr([2, 3], [1])).toBeUndefined();
  });
});

test("they are looked for in the partition that was touched, or in all of them", () => {
  const other = topicPartition("orders", 1);
  const two = after(calm, create({ leader: 1, epoch: 0, isr: [1], version: 0 }, { partition: other }));
  const broken = { ...two, partitions: put(two.partitions, other, { ...two.partitions.get(other)!, isr: noBrokers }) };
  expect(firstBroken(broken)).toMatchObject({ partition: "orders-1", invariant: { id: "I7" } });
  expect(firstBroken(broken, other)?.partition).toBe("orders-1");
  expect(firstBroken(broken, orders)).toBeUndefined();
});
