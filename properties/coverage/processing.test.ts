import { assigned, makes, rewound, send } from "../hand-made-history.ts";
import { loaded, loadedInDoubt, offsetsEnded, rebalances, testSightings, took } from "./hand-made-brokers.ts";
import { processingSightings } from "./processing.ts";

testSightings(processingSightings, {
  "offset-in-doubt-while-rebalancing": {
    seen: [
      [took(1, true), rebalances(1)],
      [took(1, true), rebalances(2), offsetsEnded(2, "abort")],
    ],
    notSeen: [
      [took(1, false), rebalances(1)],
      [rebalances(1), took(1, true)],
      [took(1, true), offsetsEnded(1, "commit"), rebalances(1)],
    ],
  },
  "offset-in-doubt-taken-over": { seen: [[loadedInDoubt(2)]], notSeen: [[loaded(2)]] },
  "offsets-aborted": { seen: [[offsetsEnded(1, "abort")]], notSeen: [[offsetsEnded(1, "commit")]] },
  "member-rewound": { seen: [[rewound("c1/1", "orders-0")]], notSeen: [[assigned("c1/1", "orders-0")]] },
  "processed-again-and-counted-once": {
    seen: [[makes("o1", "orders-0@0"), makes("o2", "orders-0@0", "c2")]],
    notSeen: [
      [makes("o1", "orders-0@0"), makes("o2", "orders-0@1")],
      [makes("o1", "orders-0@0"), makes("o2", "orders-1@0")],
      [send("s1"), send("s2")],
    ],
  },
});
