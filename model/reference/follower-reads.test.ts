import { expect, test } from "vitest";
import { brokerId, leaderEpoch, offset } from "../ids.ts";
import type { ErrorName } from "../error-code.ts";
import type { Action } from "./actions.ts";
import {
  after,
  append,
  batch,
  busy,
  calm,
  changeIsr,
  copyIn,
  adoptIsr,
  errorOf,
  fetch,
  follow,
  elect,
  lead,
  orders,
  partitionIn,
  proposeIsr,
} from "./hand-made-cluster.ts";
import { withCopy, withPartition } from "./state.ts";

interface Read {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly epoch?: number;
}
const serve = ({ at, epoch = 0, from, to }: Read): Action => ({
  kind: "serve-consumer",
  broker: brokerId(at),
  partition: orders,
  epoch: leaderEpoch(epoch),
  fetchOffset: offset(from),
  endOffset: offset(to),
});
const redirect = (replica: number, from: number, { at = 1, epoch = 0 } = {}): Action => ({
  kind: "redirect-consumer",
  broker: brokerId(at),
  partition: orders,
  epoch: leaderEpoch(epoch),
  fetchOffset: offset(from),
  replica: brokerId(replica),
});
const refuse = (at: number, epoch: number, from: number, error: ErrorName): Action => ({
  kind: "refuse-fetch",
  broker: brokerId(at),
  partition: orders,
  follower: brokerId(-1),
  brokerEpoch: -1,
  epoch: leaderEpoch(epoch),
  fetchOffset: offset(from),
  error,
});

/** Broker 2 has `abc` and knows that `ab` is committed; 3 has `ab`, and does not know. */
const here = busy();

test("a follower gives consumers what it knows to be committed, and nothing else", () => {
  expect(errorOf(here, serve({ at: 2, from: 0, to: 2 }))).toBeUndefined();
  expect(errorOf(here, serve({ at: 2, from: 1, to: 2, epoch: -1 }))).toBeUndefined();
  expect(errorOf(here, serve({ at: 2, from: 0, to: 3 }))).toBe("OFFSET_NOT_AVAILABLE");
  expect(errorOf(here, serve({ at: 3, from: 0, to: 1 }))).toBe("OFFSET_NOT_AVAILABLE");
  expect(errorOf(here, serve({ at: 2, from: 2, to: 2 }))).toBe("OFFSET_OUT_OF_RANGE");
});

test("a follower serves consumers of its own epoch only, and a leader does not serve as a follower", () => {
  const moved = after(here, elect({ leader: 3, epoch: 1, isr: [1, 2, 3], version: 1 }), follow(2, 1, 3));
  expect(errorOf(moved, serve({ at: 2, from: 0, to: 2, epoch: 0 }))).toBe("FENCED_LEADER_EPOCH");
  expect(errorOf(here, serve({ at: 2, from: 0, to: 2, epoch: 1 }))).toBe("UNKNOWN_LEADER_EPOCH");
  expect(errorOf(here, serve({ at: 1, from: 0, to: 2 }))).toBe("NOT_LEADER_OR_FOLLOWER");
});

test("what a follower gives is what is committed, also where its watermark says more", () => {
  const written = after(here, elect({ leader: 3, epoch: 1, isr: [1, 2, 3], version: 1 }), lead(3, 1, [1, 2, 3], 1));
  const following = after(written, append(3, batch("x", 2, 1)), follow(2, 1, 3));
  const misled = withCopy(partitionIn(following), brokerId(2), { ...copyIn(following, 2), highWatermark: offset(3) });
  const state = withPartition(following, orders, misled);
  expect(errorOf(state, serve({ at: 2, from: 0, to: 3, epoch: 1 }))).toBe("OFFSET_NOT_AVAILABLE");
});

test("a leader sends consumers to a follower that is in sync and has told that it has the offset", () => {
  expect(errorOf(here, redirect(2, 2))).toBeUndefined();
  expect(errorOf(here, redirect(2, 3))).toBe("OFFSET_NOT_AVAILABLE");
  expect(errorOf(after(here, fetch(1, 2, 3, 0)), redirect(2, 3))).toBeUndefined();
  expect(errorOf(here, redirect(1, 0))).toBe("INELIGIBLE_REPLICA");
  const smaller = after(
    calm,
    fetch(1, 3, 0, 0),
    proposeIsr(1, 1, 2),
    changeIsr({ leader: 1, epoch: 0, isr: [1, 2], version: 1 }),
    adoptIsr(1, 1, 1, 2),
  );
  expect(errorOf(smaller, redirect(3, 0))).toBe("INELIGIBLE_REPLICA");
});

test("only the leader of the consumer's epoch sends it elsewhere", () => {
  expect(errorOf(here, redirect(3, 0, { at: 2 }))).toBe("NOT_LEADER_OR_FOLLOWER");
  expect(errorOf(here, redirect(3, 0, { epoch: 1 }))).toBe("UNKNOWN_LEADER_EPOCH");
});

test("a follower turns consumers down for what a leader would, and not because it does not lead", () => {
  expect(errorOf(here, refuse(2, 1, 0, "UNKNOWN_LEADER_EPOCH"))).toBeUndefined();
  expect(errorOf(here, refuse(2, 0, 9, "OFFSET_OUT_OF_RANGE"))).toBeUndefined();
  expect(errorOf(here, refuse(2, 0, 3, "OFFSET_OUT_OF_RANGE"))).toBe("NONE");
  expect(errorOf(here, refuse(2, 0, 0, "NOT_LEADER_OR_FOLLOWER"))).toBe("NONE");
});
