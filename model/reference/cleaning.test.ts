import { describe, expect, test } from "vitest";
import { brokerId, offset, producerId } from "../ids.ts";
import type { Action } from "./actions.ts";
import type { Batch } from "./appending.ts";
import {
  advance,
  after,
  append,
  batch,
  busy,
  calm,
  clusterWith,
  copyIn,
  errorOf,
  fetch,
  follow,
  orders,
  recover,
  replicate,
  takeDown,
  valuesIn,
} from "./hand-made-cluster.ts";
import { firstBroken } from "./invariants.ts";

const at = (broker: number) => ({ broker: brokerId(broker), partition: orders });
const clean = (broker: number, ...removed: readonly number[]): Action => ({
  kind: "clean-log",
  ...at(broker),
  removed: removed.map(offset),
});

describe("clean-log", () => {
  const keyed = (values: string, keys: readonly (string | null)[], from: number) => ({ ...batch(values, from, 0), keys });
  const compacted = clusterWith({ compacted: true });
  const written = after(
    compacted,
    append(1, keyed("ab", ["k", "j"], 0)),
    append(1, keyed("c", ["k"], 2)),
    replicate(2, keyed("ab", ["k", "j"], 0)),
    replicate(2, keyed("c", ["k"], 2)),
    replicate(3, keyed("ab", ["k", "j"], 0)),
    replicate(3, keyed("c", ["k"], 2)),
    fetch(1, 2, 3, 0),
    fetch(1, 3, 3, 0),
    advance(1, 3),
  );

  test("removes what a later committed record of its key replaces, and nothing else (KAFKA-13194)", () => {
    expect(copyIn(after(written, clean(1, 0)), 1).cleaned.gone).toEqual([0]);
    expect(errorOf(written, clean(1, 1))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(written, clean(2, 0))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(busy(calm), clean(1, 0))).toBe("POLICY_VIOLATION");
    expect(valuesIn(after(written, clean(1, 0)), 1)).toBe("abc");
  });

  test("leaves holes that followers take over", () => {
    const cleaned = after(written, clean(1, 0), takeDown(3), recover(3, 0, 0, true), follow(3, 0, 1));
    const next = after(cleaned, replicate(3, keyed("b", ["j"], 1)));
    expect(copyIn(next, 3)).toMatchObject({ cleaned: { gone: [0] }, log: { end: 2 } });
  });

  test("leaves batches with holes, which followers take over as they are", () => {
    const away = after(written, clean(1, 0), takeDown(3), recover(3, 0, 0, true), follow(3, 0, 1));
    const left = (values: string, ...offsets: readonly number[]) => ({
      ...keyed(values, ["j"], 0),
      length: 2,
      left: offsets.map(offset),
    });
    const next = after(away, replicate(3, left("b", 1)), replicate(3, keyed("c", ["k"], 2)));
    expect(copyIn(next, 3)).toMatchObject({ cleaned: { gone: [0] }, log: copyIn(next, 1).log });
    expect(firstBroken(next)).toBeUndefined();
    // What nothing replaces cannot be missing, and what is there is what the leader has.
    expect(errorOf(away, replicate(3, left("a", 0)))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(away, replicate(3, left("x", 1)))).toBe("FENCED_LEADER_EPOCH");
  });

  test("removes nothing twice", () => {
    expect(errorOf(after(written, clean(1, 0)), clean(1, 0))).toBe("OFFSET_OUT_OF_RANGE");
  });
});

describe("a tombstone", () => {
  const left = { ...batch("a", 0, 0), keys: ["k"] };
  const deleting = { ...batch("b", 1, 0), keys: ["k"], tombstones: [offset(1)] };
  const onAll = [left, deleting].flatMap((one) => [append(1, one), replicate(2, one), replicate(3, one)]);
  const written = after(clusterWith({ compacted: true }), ...onAll, fetch(1, 2, 2, 0), fetch(1, 3, 2, 0), advance(1, 2));
  const meet = (broker: number, nowMs: number, deleteHorizonMs = nowMs + 100, where = 1): Action => ({
    kind: "set-delete-horizon",
    ...at(broker),
    tombstones: [offset(where)],
    markers: [],
    deleteHorizonMs,
    nowMs,
  });
  const remove = (broker: number, nowMs: number, where = 1): Action => ({
    kind: "remove-tombstones",
    ...at(broker),
    removed: [offset(where)],
    nowMs,
  });

  test("goes delete.retention.ms after a cleaner has met it, and not before (KIP-534)", () => {
    const met = after(written, clean(1, 0), meet(1, 500));
    expect(errorOf(written, remove(1, 9000))).toBe("INVALID_REQUEST");
    expect(errorOf(met, remove(1, 599))).toBe("INVALID_REQUEST");
    expect(copyIn(after(met, remove(1, 600)), 1).cleaned.gone).toEqual([0, 1]);
    expect(errorOf(met, remove(1, 600, 0))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(written, meet(1, 500, 600, 0))).toBe("INVALID_REQUEST");
  });

  test("is met once, has all of its time, and is met only when it is committed", () => {
    expect(errorOf(written, meet(1, 500), meet(1, 700))).toBe("INVALID_REQUEST");
    expect(errorOf(written, meet(1, 500, 599))).toBe("INVALID_REQUEST");
    expect(errorOf(written, meet(2, 500))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(busy(calm), meet(1, 500))).toBe("POLICY_VIOLATION");
  });

  test("has its time from its leader where a follower copies it after the leader's cleaner has met it", () => {
    const away = after(written, clean(1, 0), meet(1, 500), takeDown(3), recover(3, 0, 0, true), follow(3, 0, 1));
    const next = after(away, replicate(3, { ...deleting, deleteHorizonMs: 600 }));
    expect(copyIn(next, 3).cleaned.horizons.get(offset(1))).toBe(600);
    expect(copyIn(after(next, takeDown(3), recover(3, 0, 0, true)), 3).cleaned.horizons.size).toBe(0);
  });

  test("is missed by a follower that was away for so long, and by nobody while it is there", () => {
    const later = { ...batch("c", 2, 0), keys: ["j"] };
    const away = after(
      written,
      takeDown(3),
      recover(3, 1, 0, true),
      follow(3, 0, 1),
      append(1, later),
      clean(1, 0),
      meet(1, 500),
    );
    expect(errorOf(away, replicate(3, later))).toBe("OFFSET_OUT_OF_RANGE");
    expect(valuesIn(after(away, remove(1, 600), replicate(3, later)), 3)).toBe("abc");
  });
});

test("a log that was cut behind a hole ends with its last record when its broker comes back, without a loss of power", () => {
  const one = { ...batch("a", 0, 0), keys: ["j"] };
  const two = { ...batch("b", 1, 0), keys: ["k"] };
  const three = { ...batch("c", 2, 0), keys: ["k"] };
  const written = [one, two, three].flatMap((each) => [append(1, each), replicate(2, each), replicate(3, each)]);
  const committed = [fetch(1, 2, 3, 0), fetch(1, 3, 3, 0), advance(1, 3)];
  const cleaned = after(clusterWith({ compacted: true }), ...written, ...committed, clean(1, 1), takeDown(1));
  expect(errorOf(cleaned, recover(1, 2, 0))).toBe("OFFSET_OUT_OF_RANGE");
  expect(errorOf(cleaned, recover(1, 3, 0))).toBeUndefined();
  // As it is cut only after an unclean election, the model is asked for that alone: a replica whose power loss left it so.
  const ended = after(cleaned, recover(1, 2, 0, true), takeDown(1));
  expect(errorOf(ended, recover(1, 0, 0))).toBe("OFFSET_OUT_OF_RANGE");
  expect(copyIn(after(ended, recover(1, 1, 0)), 1)).toMatchObject({ log: { end: 1 }, isDamaged: true, cleaned: { gone: [] } });
});

describe("transactions", () => {
  const shop = { producerEpoch: 0, isTransactional: true as const, producerId: producerId(7) };
  const part = (value: string, from: number, sequence: number, key: string) => ({
    ...batch(value, from, 0),
    ...shop,
    baseSequence: sequence,
    keys: [key],
  });
  const marker = (from: number, outcome: "commit" | "abort") => ({
    ...batch("m", from, 0),
    ...shop,
    producerEpoch: 1,
    baseSequence: -1,
    keys: [null],
    marker: { outcome, coordinatorEpoch: 0, transactionVersion: 2 as const },
  });
  const cluster = (...batches: readonly Batch[]) => {
    const onAll = batches.flatMap((one) => [append(1, one), replicate(2, one), replicate(3, one)]);
    const { length } = batches;
    return after(
      clusterWith({ compacted: true }),
      ...onAll,
      fetch(1, 2, length, 0),
      fetch(1, 3, length, 0),
      advance(1, length),
    );
  };
  const first = { ...batch("a", 0, 0), keys: ["k"] };
  const meet = (at0: number, nowMs: number): Action => ({
    kind: "set-delete-horizon",
    ...at(1),
    tombstones: [],
    markers: [offset(at0)],
    deleteHorizonMs: nowMs + 100,
    nowMs,
  });
  const remove = (at0: number, nowMs: number): Action => ({ kind: "remove-markers", ...at(1), removed: [offset(at0)], nowMs });

  test("that were aborted replace nothing, and their records go", () => {
    const aborted = cluster(first, part("b", 1, 0, "k"), marker(2, "abort"));
    expect(errorOf(aborted, clean(1, 0))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(aborted, clean(1, 1))).toBeUndefined();
    const committed = cluster(first, part("b", 1, 0, "k"), marker(2, "commit"));
    expect(errorOf(committed, clean(1, 0))).toBeUndefined();
    expect(errorOf(committed, clean(1, 1))).toBe("OFFSET_OUT_OF_RANGE");
  });

  test("that are open hold up the cleaner", () => {
    const open = cluster(first, part("b", 1, 0, "j"), { ...batch("c", 2, 0), keys: ["j"] });
    expect(errorOf(open, clean(1, 1))).toBe("OFFSET_OUT_OF_RANGE");
  });

  test("have their markers until nothing is left of them, and for delete.retention.ms from then on", () => {
    const aborted = cluster(first, part("b", 1, 0, "k"), marker(2, "abort"));
    expect(errorOf(aborted, meet(2, 500))).toBe("INVALID_TXN_STATE");
    const emptied = after(aborted, clean(1, 1));
    expect(errorOf(emptied, remove(2, 900))).toBe("INVALID_REQUEST");
    expect(errorOf(emptied, meet(2, 500), remove(2, 599))).toBe("INVALID_REQUEST");
    const next = after(emptied, meet(2, 500), remove(2, 600));
    expect([copyIn(next, 1).cleaned.gone, next.partitions.get(orders)!.expired]).toEqual([[1, 2], [2]]);
  });

  test("are missed by a follower that was away while they went, with their markers", () => {
    const written = cluster(first, part("b", 1, 0, "k"), marker(2, "abort"));
    const later = { ...batch("d", 3, 0), keys: ["j"] };
    const emptied = after(
      written,
      takeDown(3),
      recover(3, 1, 0, true),
      follow(3, 0, 1),
      append(1, later),
      clean(1, 1),
      meet(2, 500),
    );
    expect(errorOf(emptied, replicate(3, later))).toBe("OFFSET_OUT_OF_RANGE");
    expect(copyIn(after(emptied, remove(2, 600), replicate(3, later)), 3).cleaned.gone).toEqual([1, 2]);
  });
});
