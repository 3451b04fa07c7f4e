import { expect, test } from "vitest";
import {
  acked,
  changed,
  down,
  historyOf,
  killed,
  readBack,
  readOne,
  send,
  started,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { producerOrder } from "./producer-order.ts";

const plain = { producer: { "enable.idempotence": false } };

test("it holds where the log has a producer's records in the order of sending", () => {
  const history = historyOf(send("s1"), send("s2"), send("s3"), readBack("orders-0", "s1", "s3"));
  expect(told(verdictOn(producerOrder, history))).toBe("holds for 2");
});

test("a record that overtook another one of an idempotent producer is a violation", () => {
  const history = historyOf(send("s1"), send("s2"), readBack("orders-0", "s2", "s1"));
  expect(told(verdictOn(producerOrder, history))).toEqual({
    violated: [["p1 sent s1 before s2, but orders-0 has them at offsets 1 and 0.", [0, 1, 2, 3]]],
  });
});

test("without idempotence records that were in flight together may change places", () => {
  const history = historyOf([send("s1"), send("s2"), acked("s2", 0), acked("s1", 1)], readBack("orders-0", "s2", "s1"));
  expect(told(verdictOn(producerOrder, history, plain))).toBe("holds for 1");
});

test("without idempotence a record that was sent after another's acknowledgement is behind it all the same", () => {
  const history = historyOf([send("s1"), acked("s1", 1), send("s2"), acked("s2", 0)], readBack("orders-0", "s2", "s1"));
  expect(told(verdictOn(producerOrder, history, plain))).toEqual({
    violated: [["p1 sent s1 before s2, but orders-0 has them at offsets 1 and 0.", [0, 2, 4, 5]]],
  });
});

test("without idempotence each copy of a later record is looked at, and a late copy of an earlier one is harmless", () => {
  const sends = [send("s1"), acked("s1", 1), send("s2"), acked("s2", 2)];
  expect(verdictOn(producerOrder, historyOf(sends, readBack("orders-0", "s2", "s1", "s2")), plain).kind).toBe("violated");
  expect(verdictOn(producerOrder, historyOf(sends, readBack("orders-0", "x", "s1", "s2", "s1")), plain).kind).toBe("holds");
});

test("a producer that was killed and started again is another one, and so is the same producer on another partition", () => {
  const history = historyOf(
    [started("p1"), send("s1"), send("s2", "orders-1"), killed("p1"), started("p1"), send("s3")],
    readBack("orders-0", "s3", "s1"),
    readBack("orders-1", "s2"),
  );
  expect(verdictOn(producerOrder, history).kind).toBe("unknown");
});

test("a leader that does not know a new producer with several requests in flight may take its second batch first", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] }), send("s1"), send("s2"), down(1)],
    changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
    readBack("orders-0", "s2", "s1"),
  );
  expect(told(verdictOn(producerOrder, history))).toEqual({
    "not-promised": [
      [
        "p1 sent s1 before s2, but orders-0 has them at offsets 1 and 0.",
        [1, 2, 5, 6],
        "max.in.flight.requests.per.connection=5",
      ],
    ],
  });
});

test("a log that was not read to the end, and records that nobody sent, give nothing to judge", () => {
  expect(verdictOn(producerOrder, historyOf(send("s1"), send("s2"), readOne("orders-0@0", "s2"))).kind).toBe("unknown");
  expect(verdictOn(producerOrder, historyOf(readBack("orders-0", "a", "b"))).kind).toBe("unknown");
});
