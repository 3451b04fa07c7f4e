import { describe, expect, test } from "vitest";
import { brokerId, offset, producerId } from "../ids.ts";
import type { Action } from "./actions.ts";
import {
  after,
  append,
  batch,
  calm,
  commit,
  complete,
  create,
  errorOf,
  join,
  lead,
  load,
  offsetsLog,
  orders,
  prepare,
  rejectCommit,
  removeMember,
  replace,
  store,
  sync,
  takeDown,
} from "./hand-made-cluster.ts";
import type { ClusterState, CoordinatorView } from "./state.ts";

const viewIn = (state: ClusterState, broker = 1): CoordinatorView | undefined =>
  state.groups.get("billing")?.coordinators.get(brokerId(broker));
const joined = after(calm, join("a"), join("b"), prepare);
const completed = after(joined, complete(1, "a", "b"));
const stable = after(completed, sync(1, { a: [0], b: [1] }));

describe("rebalancing", () => {
  test("goes from joining over a generation to an assignment", () => {
    expect([joined, completed, stable].map((state) => viewIn(state)?.phase)).toEqual([
      "PreparingRebalance",
      "CompletingRebalance",
      "Stable",
    ]);
    expect(viewIn(stable)?.generation).toBe(1);
    const emptied = after(stable, prepare, removeMember("a"), removeMember("b"), complete(2));
    expect(viewIn(emptied)).toMatchObject({ phase: "Empty", generation: 2 });
  });

  test("a generation counts up by one and is made up of exactly those who have joined", () => {
    expect(errorOf(calm, join("a"), complete(1, "a"))).toBe("REBALANCE_IN_PROGRESS");
    expect(errorOf(joined, complete(2, "a", "b"))).toBe("ILLEGAL_GENERATION");
    expect(errorOf(joined, complete(1, "a"))).toBe("UNKNOWN_MEMBER_ID");
    expect(errorOf(joined, complete(1, "a", "c"))).toBe("UNKNOWN_MEMBER_ID");
    expect(errorOf(joined, removeMember("c"))).toBe("UNKNOWN_MEMBER_ID");
    expect(errorOf(joined, { ...complete(1, "a", "b"), leader: "c" } as Action)).toBe("UNKNOWN_MEMBER_ID");
  });

  test("an assignment gives each partition to one member of the awaited generation", () => {
    expect(errorOf(joined, sync(0, {}))).toBe("REBALANCE_IN_PROGRESS");
    expect(errorOf(completed, sync(2, {}))).toBe("ILLEGAL_GENERATION");
    expect(errorOf(completed, sync(1, { a: [0], b: [1, 0] }))).toBe("INCONSISTENT_GROUP_PROTOCOL");
    expect(errorOf(completed, sync(1, { a: [0], stranger: [1] }))).toBe("UNKNOWN_MEMBER_ID");
    expect(errorOf(completed, sync(1, { a: [] }))).toBeUndefined();
  });
});

describe("commits", () => {
  test("are taken from a member of the generation, while it is stable and while the next one is being prepared", () => {
    expect(errorOf(stable, commit("a", 1, 5))).toBeUndefined();
    expect(errorOf(stable, prepare, commit("a", 1, 5))).toBeUndefined();
  });

  test.each([
    ["a stranger", stable, commit("c", 1, 5), "UNKNOWN_MEMBER_ID"],
    ["an old generation", after(stable, prepare, complete(2, "a", "b"), sync(2, {})), commit("a", 1, 5), "ILLEGAL_GENERATION"],
    ["one who waits for the assignment", completed, commit("a", 1, 5), "REBALANCE_IN_PROGRESS"],
    ["an administrator while somebody is in the group", stable, commit("", -1, 5), "UNKNOWN_MEMBER_ID"],
  ] as const)("are refused from %s", (_who, state, action, error) => {
    expect(errorOf(state, action)).toBe(error);
  });

  test("are taken from anybody with generation -1 while the group is empty", () => {
    expect(errorOf(calm, commit("", -1, 5))).toBeUndefined();
    expect(errorOf(calm, commit("", 0, 5))).toBe("UNKNOWN_MEMBER_ID");
  });

  test("are turned down with the error that they deserve and with no other", () => {
    expect(errorOf(stable, rejectCommit("a", 0, "ILLEGAL_GENERATION"))).toBeUndefined();
    expect(errorOf(stable, rejectCommit("a", 0, "UNKNOWN_MEMBER_ID"))).toBe("ILLEGAL_GENERATION");
    expect(errorOf(stable, rejectCommit("a", 1, "ILLEGAL_GENERATION"))).toBe("NONE");
  });
});

describe("coordinators", () => {
  const led = after(
    stable,
    create({ leader: 1, epoch: 0, isr: [1, 2, 3], version: 0 }, { partition: offsetsLog }),
    lead(1, 0, [1, 2, 3], 0, offsetsLog),
  );
  const write = (values: string, at: number, epoch = 0): Action =>
    ({ ...append(1, batch(values, at, epoch)), partition: offsetsLog }) as Action;
  const written = after(
    led,
    store(1, ["a", "b"], { offset: 0, epoch: 0 }),
    write("g", 0),
    commit("a", 1, 5, { offset: 1, epoch: 0 }),
    write("o", 1),
  );

  test("begin with the last generation and the last commits of the log that they lead", () => {
    const next = after(written, load(1, 1, ["b", "a"], [5]));
    expect(viewIn(next)).toMatchObject({ phase: "Stable", generation: 1 });
    expect(errorOf(written, load(1, 0, [], []))).toBe("ILLEGAL_GENERATION");
    expect(errorOf(written, load(1, 1, ["a"], [5]))).toBe("ILLEGAL_GENERATION");
    expect(errorOf(written, load(1, 1, ["a", "b"], [4]))).toBe("UNKNOWN_SERVER_ERROR");
    expect(errorOf(written, load(1, 1, ["a", "b"], []))).toBe("UNKNOWN_SERVER_ERROR");
  });

  test("take a later commit over an earlier one", () => {
    const again = after(written, commit("a", 1, 3, { offset: 2, epoch: 0 }), write("o", 2));
    expect(errorOf(again, load(1, 1, ["a", "b"], [3]))).toBeUndefined();
    expect(errorOf(again, load(1, 1, ["a", "b"], [5]))).toBe("UNKNOWN_SERVER_ERROR");
  });

  test("do not know what did not stay in the log", () => {
    const lost = after(
      led,
      store(1, ["a", "b"], { offset: 0, epoch: 0 }),
      write("g", 0),
      commit("a", 1, 5, { offset: 1, epoch: 0 }),
    );
    expect(errorOf(lost, load(1, 1, ["a", "b"], []))).toBeUndefined();
    expect(errorOf(lost, load(1, 1, ["a", "b"], [5]))).toBe("UNKNOWN_SERVER_ERROR");
  });

  test("count offsets of a transaction where the log says that it was committed, at the place of the commit", () => {
    const shop = { producerId: producerId(7), isTransactional: true } as const;
    const inTransaction = after(written, { ...commit("a", 1, 9, { offset: 2, epoch: 0 }), ...shop }, {
      ...append(1, { ...batch("t", 2, 0, { id: 7, sequence: -1 }), ...shop }),
      partition: offsetsLog,
    } as Action);
    const held = [{ partition: orders, offset: offset(9) }];
    const loading = (positions: readonly number[], pending: typeof held): Action =>
      ({ ...load(1, 1, ["a", "b"], positions), pending }) as Action;
    expect(errorOf(inTransaction, loading([5], held))).toBeUndefined();
    expect(errorOf(inTransaction, loading([5], []))).toBe("UNKNOWN_SERVER_ERROR");
    expect(errorOf(inTransaction, loading([9], []))).toBe("UNKNOWN_SERVER_ERROR");
    const endedAs = (outcome: "commit" | "abort"): ClusterState => {
      const marker = { outcome, coordinatorEpoch: 0, transactionVersion: 0 } as const;
      const batchOfMarker = { ...batch(outcome === "commit" ? "c" : "a", 3, 0, { id: 7, sequence: -1 }), ...shop, marker };
      return after(inTransaction, { ...append(1, batchOfMarker), partition: offsetsLog } as Action);
    };
    expect(errorOf(endedAs("commit"), loading([9], []))).toBeUndefined();
    expect(errorOf(endedAs("commit"), loading([5], []))).toBe("UNKNOWN_SERVER_ERROR");
    expect(errorOf(endedAs("abort"), loading([5], []))).toBeUndefined();
    expect(errorOf(endedAs("abort"), loading([5], held))).toBe("UNKNOWN_SERVER_ERROR");
    const overtaken = after(endedAs("commit"), commit("a", 1, 3, { offset: 4, epoch: 0 }), write("o", 4));
    expect(errorOf(overtaken, loading([3], []))).toBeUndefined();
  });

  test("are only those who lead the log", () => {
    expect(errorOf(written, load(2, 1, ["a", "b"], [5]))).toBe("NOT_COORDINATOR");
    expect(errorOf(stable, load(1, 0, [], []))).toBe("NOT_COORDINATOR");
    const log = written.partitions.get(orders);
    expect(log?.copies[1]?.log.end).toBe(0);
  });

  test("that are deposed forget the group, and leave what another one knows", () => {
    const two = after(stable, join("z", 2), { kind: "unload-group", broker: brokerId(1), group: "billing" });
    expect([viewIn(two, 1), viewIn(two, 2)?.members.size]).toEqual([undefined, 1]);
    expect(viewIn(after(stable, takeDown(1)))).toBeUndefined();
  });

  test("write down a generation that is theirs", () => {
    expect(errorOf(stable, store(2, ["a", "b"], { offset: 0, epoch: 0 }))).toBe("ILLEGAL_GENERATION");
  });
});

describe("a static member (KIP-345)", () => {
  const withInstance = after(
    calm,
    join("a", 1, "desk"),
    join("b"),
    prepare,
    complete(1, "a", "b"),
    sync(1, { a: [0], b: [1] }),
  );

  test("comes back as another process in its former place", () => {
    const back = after(withInstance, replace("a", "a2", "desk"));
    expect(viewIn(back)).toMatchObject({ phase: "Stable", generation: 1, members: new Set(["b", "a2"]) });
    expect(errorOf(withInstance, replace("b", "b2", "desk"))).toBe("UNKNOWN_MEMBER_ID");
    expect(errorOf(withInstance, join("c", 1, "desk"))).toBe("FENCED_INSTANCE_ID");
  });

  test("is one process only: the former one is fenced", () => {
    const back = after(withInstance, replace("a", "a2", "desk"));
    const of = (action: Action): Action => ({ ...action, instance: "desk" }) as Action;
    expect(errorOf(back, of(commit("a", 1, 3)))).toBe("FENCED_INSTANCE_ID");
    expect(errorOf(back, of(rejectCommit("a", 1, "FENCED_INSTANCE_ID")))).toBeUndefined();
    expect(errorOf(back, of(commit("a2", 1, 3)))).toBeUndefined();
    expect(errorOf(after(back, removeMember("a2")), of(rejectCommit("a2", 1, "UNKNOWN_MEMBER_ID")))).toBeUndefined();
  });

  test("is what the next coordinator finds written down", () => {
    const stored = after(
      withInstance,
      create({ leader: 1, epoch: 0, isr: [1, 2, 3], version: 0 }, { partition: offsetsLog }),
      lead(1, 0, [1, 2, 3], 0, offsetsLog),
      store(1, ["a", "b"], { offset: 0, epoch: 0 }, { desk: "a" }),
      { ...append(1, batch("g", 0, 0)), partition: offsetsLog } as Action,
    );
    expect(viewIn(after(stored, load(1, 1, ["a", "b"], [])))?.instances).toEqual(new Map([["desk", "a"]]));
  });
});

test("in a transaction a member commits also while the assignment is awaited, and in its own generation only", () => {
  const inTransaction = (action: Action): Action => ({ ...action, producerId: producerId(7) }) as Action;
  const rejected = (member: string, count: number, error: "NONE" | "ILLEGAL_GENERATION" | "REBALANCE_IN_PROGRESS"): Action =>
    ({ ...rejectCommit(member, count, error), isTransactional: true }) as Action;
  expect(errorOf(completed, commit("a", 1, 5))).toBe("REBALANCE_IN_PROGRESS");
  expect(errorOf(completed, inTransaction(commit("a", 1, 5)))).toBeUndefined();
  expect(errorOf(completed, inTransaction(commit("a", 0, 5)))).toBe("ILLEGAL_GENERATION");
  expect(errorOf(completed, rejected("a", 0, "ILLEGAL_GENERATION"))).toBeUndefined();
  expect(errorOf(completed, rejected("a", 1, "REBALANCE_IN_PROGRESS"))).toBe("NONE");
});
