import { expect, test } from "vitest";
import { acked, changed, down, historyOf, readBack, send, told, verdictOn } from "../hand-made-history.ts";
import { noDuplicateFromIdempotentProducer } from "./no-duplicate-from-idempotent-producer.ts";

const failover = [down(1), changed("orders-0", { leader: 2, epoch: 1, isr: [2, 3] })];
const led = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] });

test("it holds where each record is in the log once", () => {
  const history = historyOf(send("s1"), send("s2", "orders-1"), readBack("orders-0", "s1"), readBack("orders-1", "s2"));
  expect(told(verdictOn(noDuplicateFromIdempotentProducer, history))).toBe("holds for 2");
});

test("a record that is in the log twice is a duplicate, in one partition or in two", () => {
  const history = historyOf(send("s1"), readBack("orders-0", "s1", "s1"), readBack("orders-1", "s1"));
  expect(told(verdictOn(noDuplicateFromIdempotentProducer, history))).toEqual({
    violated: [
      ["s1 is at orders-0 offset 0 and again at orders-0 offset 1.", [0, 1, 2]],
      ["s1 is at orders-0 offset 0 and again at orders-1 offset 0.", [0, 1, 4]],
    ],
  });
});

test("without idempotence duplicates are nobody's mistake, and there is nothing to judge", () => {
  const history = historyOf(send("s1"), readBack("orders-0", "s1", "s1"));
  expect(verdictOn(noDuplicateFromIdempotentProducer, history, { producer: { "enable.idempotence": false } }).kind).toBe(
    "unknown",
  );
});

test("a leader that knows nothing of a new producer with several requests in flight may take a record twice", () => {
  const history = historyOf([led, send("s1"), ...failover, acked("s1", 0)], readBack("orders-0", "s1", "s1"));
  expect(told(verdictOn(noDuplicateFromIdempotentProducer, history))).toEqual({
    "not-promised": [
      ["s1 is at orders-0 offset 0 and again at orders-0 offset 1.", [1, 5, 6], "max.in.flight.requests.per.connection=5"],
    ],
  });
  const oneInFlight = { producer: { "max.in.flight.requests.per.connection": 1 } };
  expect(verdictOn(noDuplicateFromIdempotentProducer, history, oneInFlight).kind).toBe("violated");
});

test("once a record of the producer was acknowledged, leaders know it, and the permission is gone", () => {
  const history = historyOf([led, send("s1"), acked("s1", 0), send("s2"), ...failover], readBack("orders-0", "s1", "s2", "s2"));
  expect(verdictOn(noDuplicateFromIdempotentProducer, history).kind).toBe("violated");
});

test("values that nobody sent are left to another property", () => {
  expect(verdictOn(noDuplicateFromIdempotentProducer, historyOf(readBack("orders-0", "boo", "boo"))).kind).toBe("unknown");
});
