import { describe, expect, test } from "vitest";
import { brokerId, topicPartition } from "../ids.ts";
import {
  adoptIsr,
  advance,
  append,
  batch,
  busy,
  calm,
  changeIsr,
  clusterWith,
  committedIn,
  copyIn,
  elect,
  errorOf,
  fence,
  fetch,
  follow,
  followWatermark,
  lead,
  after,
  proposeIsr,
  replicate,
  takeDown,
  truncate,
  valuesIn,
} from "./hand-made-cluster.ts";
import type { Action } from "./actions.ts";

/** Broker 1 is cut off with `c` (and `d`) that only it and 2 have; 3 leads epoch 1 with its `ab`, and has written `x`. */
const moved = after(
  busy(),
  append(1, batch("d", 3, 0)),
  elect({ leader: 3, epoch: 1, isr: [1, 2, 3], version: 1 }),
  lead(3, 1, [1, 2, 3], 1),
  append(3, batch("x", 2, 1)),
);

describe("leader-append", () => {
  test("puts the batch at the end of the leader's log, and leaves the state before as it was", () => {
    const next = after(calm, append(1, batch("ab", 0, 0)), append(1, batch("c", 2, 0)));
    expect([valuesIn(next, 1), valuesIn(calm, 1)]).toEqual(["abc", ""]);
  });

  test("is refused to a follower, under another epoch, and away from the end", () => {
    expect(errorOf(calm, append(2, batch("a", 0, 0)))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(calm, append(1, batch("a", 0, 1)))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(calm, append(1, batch("a", 1, 0)))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(calm, { ...append(1, batch("a", 0, 0)), partition: topicPartition("orders", 9) } as Action)).toBe(
      "UNKNOWN_TOPIC_OR_PARTITION",
    );
  });

  test("with acks=all needs min.insync.replicas, with acks=1 it does not", () => {
    const alone = after(calm, proposeIsr(1, 1), changeIsr({ leader: 1, epoch: 0, isr: [1], version: 1 }), adoptIsr(1, 1, 1));
    expect(errorOf(alone, append(1, batch("a", 0, 0), -1))).toBe("NOT_ENOUGH_REPLICAS");
    expect(errorOf(alone, append(1, batch("a", 0, 0), 1))).toBeUndefined();
  });

  test("of an idempotent producer needs the next sequence number", () => {
    const known = after(calm, append(1, batch("ab", 0, 0, { id: 7 })));
    expect(errorOf(known, append(1, batch("c", 2, 0, { id: 7, sequence: 2 })))).toBeUndefined();
    expect(errorOf(known, append(1, batch("c", 2, 0, { id: 7, sequence: 3 })))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    expect(errorOf(known, append(1, batch("ab", 2, 0, { id: 7 })))).toBe("DUPLICATE_SEQUENCE_NUMBER");
  });
});

describe("recognise-duplicate and refuse-append", () => {
  const at1 = { broker: brokerId(1), partition: topicPartition("orders", 0) };
  const known = after(calm, append(1, batch("ab", 0, 0, { id: 7 })));

  test("a batch is recognised if and only if the log has it", () => {
    const again = (sequence: number): Action => ({
      kind: "recognise-duplicate",
      ...at1,
      batch: batch("ab", 0, 0, { id: 7, sequence }),
    });
    expect(errorOf(known, again(0))).toBeUndefined();
    expect(errorOf(known, again(2))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    expect(errorOf(known, { ...again(0), broker: brokerId(2) } as Action)).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("a leader turns a batch down with the error that it deserves and with no other", () => {
    const refuse = (error: "OUT_OF_ORDER_SEQUENCE_NUMBER" | "NOT_ENOUGH_REPLICAS", sequence: number): Action => ({
      kind: "refuse-append",
      ...at1,
      batch: batch("c", 0, 0, { id: 7, sequence }),
      acks: -1,
      error,
    });
    expect(errorOf(known, refuse("OUT_OF_ORDER_SEQUENCE_NUMBER", 9))).toBeUndefined();
    expect(errorOf(known, refuse("NOT_ENOUGH_REPLICAS", 9))).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    expect(errorOf(known, refuse("NOT_ENOUGH_REPLICAS", 2))).toBe("NONE");
  });
});

describe("follower-append", () => {
  test("takes what the leader has there", () => {
    expect(valuesIn(after(calm, append(1, batch("ab", 0, 0)), replicate(2, batch("ab", 0, 0))), 2)).toBe("ab");
  });

  test("is refused to a leader, away from the end, of a newer epoch, and where the leader has something else", () => {
    const one = after(calm, append(1, batch("ab", 0, 0)));
    expect(errorOf(one, replicate(1, batch("ab", 0, 0)))).toBe("NOT_LEADER_OR_FOLLOWER");
    expect(errorOf(one, replicate(2, batch("b", 1, 0)))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(one, replicate(2, batch("ab", 0, 1)))).toBe("UNKNOWN_LEADER_EPOCH");
    expect(errorOf(one, replicate(2, batch("ax", 0, 0)))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(one, replicate(2, batch("abc", 0, 0)))).toBe("FENCED_LEADER_EPOCH");
  });

  test("is refused on top of records that the leader does not have", () => {
    const onTop = after(moved, append(3, batch("y", 3, 1)), follow(2, 1, 3));
    expect(errorOf(onTop, replicate(2, batch("y", 3, 1)))).toBe("FENCED_LEADER_EPOCH");
  });
});

describe("truncate-to-divergence", () => {
  test("cuts off what the leader does not have, and the watermark with it", () => {
    const cut = after(moved, follow(2, 1, 3), truncate(2, 2));
    expect([valuesIn(cut, 2), copyIn(cut, 2).highWatermark]).toEqual(["ab", 2]);
    expect(copyIn(after(cut, truncate(2, 2)), 2)).toEqual(copyIn(cut, 2));
  });

  test("is refused where the leader has the record too, and to a leader", () => {
    expect(errorOf(after(moved, follow(2, 1, 3)), truncate(2, 1))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(moved, truncate(3, 2))).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("forgets the producers of what was cut off", () => {
    const idempotent = after(
      calm,
      append(1, batch("a", 0, 0, { id: 7 })),
      replicate(2, batch("a", 0, 0, { id: 7 })),
      elect({ leader: 3, epoch: 1, isr: [1, 2, 3], version: 1 }),
      lead(3, 1, [1, 2, 3], 1),
      follow(2, 1, 3),
    );
    expect(copyIn(idempotent, 2).producers.size).toBe(1);
    expect(copyIn(after(idempotent, truncate(2, 0)), 2).producers.size).toBe(0);
  });
});

describe("accept-fetch", () => {
  test("notes how far a follower has come", () => {
    const { role } = copyIn(after(busy(), fetch(1, 2, 3, 0)), 1);
    expect(role.kind === "leader" && role.fetched[2]?.offset).toBe(3);
  });

  test("is refused for another term, by a follower, and where the logs have parted", () => {
    expect(errorOf(moved, fetch(3, 2, 2, 0))).toBe("FENCED_LEADER_EPOCH");
    expect(errorOf(moved, fetch(3, 2, 2, 2))).toBe("UNKNOWN_LEADER_EPOCH");
    expect(errorOf(moved, fetch(3, 2, 3, 1, 0))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(moved, fetch(3, 2, 4, 1, 1))).toBe("OFFSET_OUT_OF_RANGE");
    expect(errorOf(moved, fetch(3, 2, 2, 1, 0))).toBeUndefined();
    expect(errorOf(calm, fetch(2, 3, 0, 0))).toBe("NOT_LEADER_OR_FOLLOWER");
  });
});

describe("advance-high-watermark", () => {
  test("goes as far as every member of the ISR has fetched, and what it passes is committed", () => {
    const ready = after(busy(), fetch(1, 2, 3, 0), replicate(3, batch("c", 2, 0)), fetch(1, 3, 3, 0));
    const next = after(ready, advance(1, 3));
    expect(copyIn(next, 1).highWatermark).toBe(3);
    expect(committedIn(next)).toBe("abc");
  });

  test("is refused beyond the slowest member, beyond the log, backwards, and to a follower", () => {
    const oneBehind = after(busy(), fetch(1, 2, 3, 0));
    expect(errorOf(oneBehind, advance(1, 3))).toBe("NOT_ENOUGH_REPLICAS");
    expect(errorOf(oneBehind, advance(1, 4))).toBe("OFFSET_NOT_AVAILABLE");
    expect(errorOf(oneBehind, advance(1, 2))).toBe("OFFSET_NOT_AVAILABLE");
    expect(errorOf(oneBehind, advance(2, 3))).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("is refused under min ISR (KIP-966), and waits for a member that is only proposed (KIP-497)", () => {
    const shrunk = after(busy(), proposeIsr(1, 1), changeIsr({ leader: 1, epoch: 0, isr: [1], version: 1 }), adoptIsr(1, 1, 1));
    expect(errorOf(shrunk, advance(1, 3))).toBe("NOT_ENOUGH_REPLICAS");
    const two = after(
      busy(),
      proposeIsr(1, 1, 2),
      changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
      adoptIsr(1, 1, 1, 2),
      fetch(1, 2, 3, 0),
    );
    expect(errorOf(two, advance(1, 3))).toBeUndefined();
    expect(errorOf(two, proposeIsr(1, 1, 2, 3), advance(1, 3))).toBe("NOT_ENOUGH_REPLICAS");
  });

  test("counts only fetches of the leader's own term", () => {
    const twice = after(
      busy(),
      fetch(1, 2, 3, 0),
      elect({ leader: 2, epoch: 1, isr: [1, 2, 3], version: 1 }),
      lead(2, 1, [1, 2, 3], 1),
    );
    expect(errorOf(twice, advance(2, 3))).toBe("NOT_ENOUGH_REPLICAS");
  });
});

describe("follow-high-watermark", () => {
  test("goes as far as the leader's and the follower's own log, and may go back", () => {
    expect(copyIn(after(busy(), followWatermark(3, 2)), 3).highWatermark).toBe(2);
    expect(errorOf(busy(), followWatermark(2, 1))).toBeUndefined();
    expect(errorOf(busy(), followWatermark(2, 3))).toBe("OFFSET_NOT_AVAILABLE");
    expect(errorOf(after(calm, append(1, batch("ab", 0, 0))), followWatermark(2, 1))).toBe("OFFSET_NOT_AVAILABLE");
    expect(errorOf(busy(), followWatermark(1, 2))).toBe("NOT_LEADER_OR_FOLLOWER");
  });

  test("is refused over records that the leader does not have", () => {
    const committed = after(
      clusterWith({ minIsr: 1 }),
      append(1, batch("a", 0, 0)),
      replicate(2, batch("a", 0, 0)),
      elect({ leader: 3, epoch: 1, isr: [1, 2, 3], version: 1 }),
      lead(3, 1, [1, 2, 3], 1),
      append(3, batch("x", 0, 1)),
    );
    const passed = after(committed, takeDown(1), fence(1), fence(2));
    expect(errorOf(passed, followWatermark(1, 0))).toBe("NOT_LEADER_OR_FOLLOWER");
    const alone = after(
      passed,
      changeIsr({ leader: 3, epoch: 1, isr: [3], version: 2 }),
      adoptIsr(3, 2, 3),
      advance(3, 1),
      follow(2, 1, 3),
    );
    expect(errorOf(alone, followWatermark(2, 1))).toBe("OFFSET_NOT_AVAILABLE");
    expect(errorOf(alone, truncate(2, 0), replicate(2, batch("x", 0, 1)), followWatermark(2, 1))).toBeUndefined();
  });
});
