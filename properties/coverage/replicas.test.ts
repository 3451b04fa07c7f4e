import { acked, changed, down, send, truncated } from "../hand-made-history.ts";
import {
  changes, copied, elections, fetchRefused, led, redirected, servedByFollower, testSightings, up,
} from "./hand-made-brokers.ts";
import { replicaSightings } from "./replicas.ts";

const placed = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] });
const told = [send("s1"), led(1, "orders-0@0", 0, "s1"), acked("s1", 0)];

testSightings(replicaSightings, {
  "log-truncated": { seen: [[truncated(2, "orders-0@1")]], notSeen: [elections("orders-0")] },
  "acknowledged-record-truncated": {
    seen: [
      [...told, truncated(1, "orders-0@0")],
      [...told, copied(2, "orders-0@0", 0, "s1"), truncated(2, "orders-0@0")],
    ],
    notSeen: [
      [...told, truncated(1, "orders-0@1")],
      [...told, truncated(1, "orders-1@0")],
      // It had another record there, of which nobody was told.
      [...told, truncated(2, "orders-0@0")],
      [send("s1"), led(1, "orders-0@0", 0, "s1"), truncated(1, "orders-0@0"), acked("s1", 0)],
      [send("s1"), led(1, "orders-0@0", 0, "s1"), acked("s1", null), truncated(1, "orders-0@0")],
    ],
  },
  "isr-shrank": {
    seen: [changes("orders-0", [1, 2, 3], [1, 2])],
    notSeen: [changes("orders-0", [1, 2]), changes("orders-0", [1], [1, 2])],
  },
  "isr-down-to-one": {
    seen: [changes("orders-0", [1, 2], [1])],
    notSeen: [changes("orders-0", [1, 2, 3], [1, 2]), changes("__consumer_offsets-0", [1])],
  },
  "isr-expanded": {
    seen: [changes("orders-0", [1, 2], [1, 2, 3])],
    notSeen: [changes("orders-0", [1, 2, 3], [1, 2], [1, 3])],
  },
  "zombie-leader-appended": {
    seen: [[...elections("orders-0"), led(1, "orders-0@0", 1, "s1")]],
    notSeen: [
      [...elections("orders-0"), led(2, "orders-0@0", 2, "s1")],
      [...elections("orders-1"), led(1, "orders-0@0", 1, "s1")],
      [led(1, "orders-0@0", 1, "s1"), ...elections("orders-0")],
    ],
  },
  "leader-killed-before-replication": {
    seen: [
      [placed, led(1, "orders-0@0", 0, "s1"), down(1)],
      [placed, led(1, "orders-0@0", 0, "s1"), copied(2, "orders-0@0", 0, "s1"), led(1, "orders-0@1", 0, "s2"), down(1)],
    ],
    notSeen: [
      [placed, led(1, "orders-0@0", 0, "s1"), copied(2, "orders-0@0", 0, "s1"), down(1)],
      [placed, led(1, "orders-0@0", 0, "s1"), down(1, "stopped")],
      [placed, led(1, "orders-0@0", 0, "s1"), down(2)],
      [placed, led(1, "orders-0@0", 0, "s1"), down(1, "stopped"), up(1), down(1)],
      [placed, down(1), led(1, "orders-0@0", 0, "s1")],
      // Nobody else was to have it.
      [led(1, "orders-0@0", 0, "s1"), down(1)],
    ],
  },
  "fetch-with-former-epoch": {
    seen: [[fetchRefused(2, "FENCED_LEADER_EPOCH")]],
    notSeen: [[fetchRefused(2, "UNKNOWN_LEADER_EPOCH")]],
  },
  "fetch-with-unknown-epoch": {
    seen: [[fetchRefused(2, "UNKNOWN_LEADER_EPOCH")]],
    notSeen: [[fetchRefused(2, "FENCED_LEADER_EPOCH")]],
  },
  "follower-out-of-range": {
    seen: [[fetchRefused(2, "OFFSET_OUT_OF_RANGE")]],
    notSeen: [[fetchRefused(-1, "OFFSET_OUT_OF_RANGE")], [fetchRefused(2, "FENCED_LEADER_EPOCH")]],
  },
  "consumer-served-by-follower": { seen: [[servedByFollower]], notSeen: [[redirected(1)]] },
  "follower-refused-consumer": {
    seen: [[redirected(1), fetchRefused(-1, "FENCED_LEADER_EPOCH")]],
    notSeen: [
      [fetchRefused(-1, "FENCED_LEADER_EPOCH"), redirected(1)],
      [redirected(2), fetchRefused(-1, "FENCED_LEADER_EPOCH")],
      [redirected(1), fetchRefused(2, "FENCED_LEADER_EPOCH")],
    ],
  },
});
