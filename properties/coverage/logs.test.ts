import { healed, injected } from "../hand-made-history.ts";
import { buried, buriedMarker, compacted, copied, copiedTombstone, copiedCleaned, led, logStart, rolled, testSightings } from "./hand-made-brokers.ts";
import { logSightings } from "./logs.ts";

const advanced = logStart("log-start-advanced");

testSightings(logSightings, {
  "log-start-advanced": { seen: [[advanced]], notSeen: [[logStart("log-restarted")]] },
  "log-restarted": { seen: [[logStart("log-restarted")]], notSeen: [[advanced]] },
  "log-compacted": { seen: [[compacted]], notSeen: [[advanced]] },
  "cleaned-batch-replicated": {
    seen: [[copiedCleaned]],
    notSeen: [[copied(2, "orders-0@0", 0, "s1")], [led(1, "orders-0@0", 0, "s1"), compacted]],
  },
  "tombstone-removed": { seen: [[buried]], notSeen: [[compacted]] },
  "marker-removed": { seen: [[buriedMarker]], notSeen: [[buried]] },
  "tombstone-replicated-with-its-time": {
    seen: [[copiedTombstone]],
    notSeen: [[copiedCleaned], [buried]],
  },
  "segment-rolled-under-a-fault": {
    seen: [
      [injected("cut-link"), rolled(1), healed()],
      [injected("cut-link"), rolled(1)],
    ],
    notSeen: [
      [rolled(1), injected("cut-link"), healed()],
      [injected("cut-link"), healed(), rolled(1)],
      [injected("cut-link"), advanced, healed()],
    ],
  },
  "records-deleted-under-a-fault": {
    seen: [[injected("kill-broker"), advanced, healed()]],
    notSeen: [[injected("delete-records"), advanced], [injected("kill-broker"), healed(), advanced], [injected("kill-broker"), rolled(1)]],
  },
});
