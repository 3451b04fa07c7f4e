import { acked, duplicateRecognised, produceRefused, readBack, send, unclear } from "../hand-made-history.ts";
import { led, settled, testSightings } from "./hand-made-brokers.ts";
import { producerSightings } from "./producers.ts";

testSightings(producerSightings, {
  "duplicate-recognised": {
    seen: [[duplicateRecognised(1, "orders-0@0")]],
    notSeen: [[produceRefused(1, "orders-0", "OUT_OF_ORDER_SEQUENCE_NUMBER")]],
  },
  "duplicate-recognised-after-failover": {
    seen: [[led(1, "orders-0@3", 0, "s1"), duplicateRecognised(2, "orders-0@3")]],
    notSeen: [
      [led(1, "orders-0@3", 0, "s1"), duplicateRecognised(1, "orders-0@3")],
      [led(1, "orders-0@3", 0, "s1"), duplicateRecognised(2, "orders-1@3")],
      [led(1, "orders-0@2", 0, "s1"), duplicateRecognised(2, "orders-0@3")],
    ],
  },
  "too-few-in-sync": {
    seen: [
      [produceRefused(1, "orders-0", "NOT_ENOUGH_REPLICAS")],
      [produceRefused(1, "orders-0", "NOT_ENOUGH_REPLICAS_AFTER_APPEND")],
    ],
    notSeen: [[produceRefused(1, "orders-0", "OUT_OF_ORDER_SEQUENCE_NUMBER")]],
  },
  "append-settled-with-error": { seen: [[settled("REQUEST_TIMED_OUT")]], notSeen: [[settled("NONE")]] },
  "sequence-out-of-order": {
    seen: [[produceRefused(1, "orders-0", "OUT_OF_ORDER_SEQUENCE_NUMBER")]],
    notSeen: [[produceRefused(1, "orders-0", "NOT_ENOUGH_REPLICAS")]],
  },
  "send-outcome-unknown": {
    seen: [[send("s1"), unclear("s1")]],
    notSeen: [[send("s1")], [send("s1"), acked("s1", 0)], [unclear("nobody")]],
  },
  "unknown-record-read-back": {
    seen: [[send("s1"), unclear("s1"), ...readBack("orders-0", "s1")]],
    notSeen: [
      [send("s1"), unclear("s1"), ...readBack("orders-0", "s2")],
      [send("s1"), unclear("s1"), ...readBack("orders-1", "s1")],
      [send("s1"), acked("s1", 0), ...readBack("orders-0", "s1")],
    ],
  },
});
