import {
  assigned, commitAcked, commitRefused, commits, commitUnclear, delivered, down, fenced, goesOn, killed, processed, revoked, stopped,
} from "../hand-made-history.ts";
import { groupSightings } from "./groups.ts";
import { cleanedOffsets, compacted, loaded, rebalances, removed, replaced, stable, testSightings, up } from "./hand-made-brokers.ts";

const held = assigned("c1/1", "orders-0");
const commit = commits("c1/1", 1, "orders-0@2");

testSightings(groupSightings, {
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
  "moved-in-two-rounds": {
    seen: [[goesOn("c1/1", [], "orders-0"), revoked("c1/1", "orders-0"), goesOn("c1/2", []), goesOn("c2/3", [], "orders-0")]],
    notSeen: [
      [assigned("c1/1", "orders-0"), revoked("c1/1", "orders-0"), assigned("c1/2"), assigned("c2/3", "orders-0")],
      [goesOn("c1/1", [], "orders-0"), revoked("c1/1", "orders-0"), goesOn("c1/2", []), goesOn("c1/3", [], "orders-0")],
      [goesOn("c1/1", [], "orders-0"), killed("c1"), goesOn("c2/3", [], "orders-0")],
    ],
  },
  "static-member-back": {
    seen: [[replaced("Stable")]],
    notSeen: [[replaced("PreparingRebalance")], [removed("left")]],
  },
  "twin-fenced": { seen: [[fenced("c1")]], notSeen: [[killed("c1")]] },
  "rebalance-during-outage": {
    seen: [[down(1), rebalances(2)]],
    notSeen: [
      [rebalances(2), down(1)],
      [down(1), up(1), rebalances(2)],
    ],
  },
  "coordinator-killed-during-rebalance": {
    seen: [
      [rebalances(1), down(1)],
      [rebalances(1), stable(1), rebalances(1), down(1)],
      [rebalances(1), stable(2), down(1)],
    ],
    notSeen: [
      [rebalances(1), stable(1), down(1)],
      [rebalances(1), down(2)],
      [rebalances(1), down(1, "stopped")],
      [down(1), rebalances(1)],
    ],
  },
  "coordinator-read-cleaned-log": {
    seen: [[cleanedOffsets(1), loaded(1)]],
    notSeen: [[loaded(1), cleanedOffsets(1)], [cleanedOffsets(1), loaded(2)], [compacted, loaded(1)]],
  },
  "member-session-expired": { seen: [[removed("session-expired")]], notSeen: [[removed("left")]] },
  "commit-refused": {
    seen: [[commits("c1/1", 1, "orders-0@1"), commitRefused("c1", 1)]],
    notSeen: [
      [commits("c1/1", 1, "orders-0@1"), commitAcked("c1", 1)],
      [commits("c1/1", 1, "orders-0@1"), commitRefused("c1", 1, "TRANSACTION_ABORTABLE")],
    ],
  },
  "record-processed-again": {
    seen: [[processed("c1/1", "orders-0@0", "s1"), processed("c2/2", "orders-0@0", "s1")]],
    notSeen: [
      [processed("c1/1", "orders-0@0", "s1"), processed("c1/1", "orders-1@0", "s2"), processed("c1/1", "orders-0@1", "s3")],
    ],
  },
  "delivered-again-after-lost-commit": {
    seen: [
      [held, commit, commitUnclear("c1", 1), delivered("c2/2", "orders-0@1", "s2")],
      [held, commit, killed("c1"), delivered("c2/2", "orders-0@0", "s1")],
    ],
    notSeen: [
      [held, commit, commitUnclear("c1", 1), delivered("c2/2", "orders-0@2", "s3")],
      [held, commit, commitUnclear("c1", 1), delivered("c2/2", "orders-1@0", "s3")],
      [held, commit, commitAcked("c1", 1), delivered("c2/2", "orders-0@1", "s2")],
      [held, delivered("c1/1", "orders-0@1", "s2"), commit, commitUnclear("c1", 1)],
    ],
  },
  "member-killed": {
    seen: [[held, killed("c1")]],
    notSeen: [
      [assigned("c1/1"), killed("c1")],
      [held, stopped("c1")],
      [held, revoked("c1/1", "orders-0"), killed("c1")],
      [killed("p1")],
    ],
  },
});
