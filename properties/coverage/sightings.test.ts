import { expect, test } from "vitest";
import {
  assigned, changed, commitAcked, commitRefused, commits, down, duplicateRecognised, factsOf, historyOf, killed, processed, produceRefused,
  revoked, send, stopped, truncated, unclear, acked,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { sightings } from "./sightings.ts";

const changes = (partition: string, ...isrs: readonly (readonly number[])[]): readonly Told[] =>
  isrs.map((isr) => changed(partition, { leader: 1, epoch: 0, isr }));
const elections = (partition: string): readonly Told[] =>
  [1, 2].map((leader) => changed(partition, { leader, epoch: leader, isr: [1, 2] }));

/** Of each situation, histories in which it was seen, and histories that come close. */
const cases: { readonly [id: string]: { readonly seen: readonly (readonly Told[])[]; readonly notSeen: readonly (readonly Told[])[] } } = {
  "leader-moved": {
    seen: [elections("orders-0")],
    notSeen: [elections("__consumer_offsets-0"), changes("orders-0", [1, 2], [1]), elections("strangers-0")],
  },
  "log-truncated": { seen: [[truncated(2, "orders-0@1")]], notSeen: [elections("orders-0")] },
  "isr-shrank": { seen: [changes("orders-0", [1, 2, 3], [1, 2])], notSeen: [changes("orders-0", [1, 2]), changes("orders-0", [1], [1, 2])] },
  "isr-expanded": { seen: [changes("orders-0", [1, 2], [1, 2, 3])], notSeen: [changes("orders-0", [1, 2, 3], [1, 2], [1, 3])] },
  "coordinator-moved": { seen: [elections("__consumer_offsets-0")], notSeen: [elections("orders-0"), changes("__consumer_offsets-0", [1, 2], [1])] },
  "power-was-lost": { seen: [[down(1, "power-lost")]], notSeen: [[down(1, "killed"), down(2, "stopped")]] },
  "duplicate-recognised": { seen: [[duplicateRecognised(1, "orders-0@0")]], notSeen: [[produceRefused(1, "orders-0", "OUT_OF_ORDER_SEQUENCE_NUMBER")]] },
  "too-few-in-sync": {
    seen: [[produceRefused(1, "orders-0", "NOT_ENOUGH_REPLICAS")], [produceRefused(1, "orders-0", "NOT_ENOUGH_REPLICAS_AFTER_APPEND")]],
    notSeen: [[produceRefused(1, "orders-0", "OUT_OF_ORDER_SEQUENCE_NUMBER")]],
  },
  "send-outcome-unknown": { seen: [[send("s1"), unclear("s1")]], notSeen: [[send("s1")], [send("s1"), acked("s1", 0)], [unclear("nobody")]] },
  "group-rebalanced": {
    seen: [
      [assigned("c1/1", "orders-0", "orders-1"), assigned("c1/2", "orders-0")],
      [assigned("c1/1", "orders-0"), assigned("c1/2", "orders-1")],
      [assigned("c1/1", "orders-0"), assigned("c1/2")],
    ],
    notSeen: [
      [assigned("c1/1", "orders-0"), assigned("c2/2", "orders-1")],
      [assigned("c1/1"), assigned("c1/2", "orders-0")],
      [assigned("c1/1", "orders-0", "orders-1"), assigned("c1/2", "orders-1", "orders-0")],
      [assigned("c1/2", "orders-0"), assigned("c1/2", "orders-1")],
    ],
  },
  "commit-refused": {
    seen: [[commits("c1/1", 1, "orders-0@1"), commitRefused("c1", 1)]],
    notSeen: [[commits("c1/1", 1, "orders-0@1"), commitAcked("c1", 1)], [commitRefused("c1", 7)]],
  },
  "record-processed-again": {
    seen: [[processed("c1/1", "orders-0@0", "s1"), processed("c2/2", "orders-0@0", "s1")]],
    notSeen: [[processed("c1/1", "orders-0@0", "s1"), processed("c1/1", "orders-1@0", "s2"), processed("c1/1", "orders-0@1", "s3")]],
  },
  "member-killed": {
    seen: [[assigned("c1/1", "orders-0"), killed("c1")]],
    notSeen: [[assigned("c1/1"), killed("c1")], [assigned("c1/1", "orders-0"), stopped("c1")], [assigned("c1/1", "orders-0"), revoked("c1/1", "orders-0"), killed("c1")], [killed("p1")]],
  },
};

test("there are cases for each situation", () => {
  expect(Object.keys(cases).toSorted()).toEqual(sightings.map(({ id }) => id).toSorted());
});

test.each(sightings.map((sighting) => [sighting.id, sighting] as const))("%s is seen where it happened, and not where something came close", (id, sighting) => {
  const isSeen = (events: readonly Told[]): boolean => sighting.wasSeen(factsOf(historyOf(events)));
  expect(cases[id]!.seen.map(isSeen)).toEqual(cases[id]!.seen.map(() => true));
  expect(cases[id]!.notSeen.map(isSeen)).toEqual(cases[id]!.notSeen.map(() => false));
  expect(isSeen([])).toBe(false);
  expect(sighting.sentence).toMatch(/\.$/);
});
