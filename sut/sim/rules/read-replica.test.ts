import { expect, test } from "vitest";
import { brokerId, leaderEpoch, offset } from "../../../model/ids.ts";
import { mayServe, namedEpoch, preferredReadReplica, resetsPosition } from "./read-replica.ts";
import type { ReadableFollower } from "./read-replica.ts";

const follower = (id: number, odd: Partial<ReadableFollower> = {}): ReadableFollower => ({
  id: brokerId(id),
  rack: "near",
  isInSync: true,
  endOffset: offset(9),
  logStart: offset(0),
  caughtUpMsAgo: 5,
  ...odd,
});
const preferred = (followers: readonly ReadableFollower[], leaderRack: string | undefined = "far"): number | undefined =>
  preferredReadReplica({ clientRack: "near", fetchOffset: offset(5), leaderRack, followers });

test("a consumer is sent to a follower of its rack that is in sync and has the offset", () => {
  expect(preferred([follower(2, { rack: "far" }), follower(3)])).toBe(3);
  expect(preferred([follower(2, { endOffset: offset(5), logStart: offset(5) })])).toBe(2);
});

test.each<[string, Partial<ReadableFollower>]>([
  ["is in another rack", { rack: "far" }],
  ["is in no rack", { rack: undefined }],
  ["is not in sync", { isInSync: false }],
  ["does not have the offset yet", { endOffset: offset(4) }],
  ["does not have the offset any more", { logStart: offset(6) }],
])("a consumer is sent to no follower that %s", (_sentence, odd) => {
  expect(preferred([follower(2, odd)])).toBeUndefined();
});

test("a consumer stays with a leader that is in its own rack", () => {
  expect(preferred([follower(2)], "near")).toBeUndefined();
});

test("of several followers it is the one with the longest log, that caught up last, with the highest id", () => {
  const longer = follower(2, { endOffset: offset(10), caughtUpMsAgo: 90 });
  expect(preferred([longer, follower(3), follower(4)])).toBe(2);
  expect(preferred([follower(4), follower(3), longer])).toBe(2);
  expect(preferred([follower(2, { caughtUpMsAgo: 1 }), follower(3)])).toBe(2);
  expect(preferred([follower(2), follower(3)])).toBe(3);
});

test("a leader serves everybody, a follower consumers only", () => {
  expect(mayServe({ asker: "follower", isLeader: true })).toBe(true);
  expect(mayServe({ asker: "consumer", isLeader: true })).toBe(true);
  expect(mayServe({ asker: "consumer", isLeader: false })).toBe(true);
  expect(mayServe({ asker: "follower", isLeader: false })).toBe(false);
});

test("a consumer names the epoch that it knows, and resets its position by the leader's word alone", () => {
  expect(namedEpoch({ known: leaderEpoch(4) })).toBe(4);
  expect([true, false].map((isLeadersWord) => resetsPosition({ isLeadersWord }))).toEqual([true, false]);
});
