import { expect, test } from "vitest";
import { assigned, delivered, failed, historyOf, readBack, send, told, unclear, verdictOn } from "../hand-made-history.ts";
import { noPhantomRecord } from "./no-phantom-record.ts";

test("it holds where everything that is read was sent, whatever became of the send but a definite failure", () => {
  const history = historyOf(
    [send("s1"), send("s2"), unclear("s2"), assigned("c1/1", "orders-0"), delivered("c1/1", "orders-0@0", "s1")],
    readBack("orders-0", "s1", "s2"),
  );
  expect(told(verdictOn(noPhantomRecord, history))).toBe("holds for 3");
});

test("a value that nobody sent, one of another partition and one whose send failed are phantoms", () => {
  const history = historyOf(
    [send("s1", "orders-1"), send("s2"), failed("s2", "NOT_ENOUGH_REPLICAS")],
    readBack("orders-0", "s1", "s2", "stranger"),
  );
  expect(told(verdictOn(noPhantomRecord, history))).toEqual({
    violated: [
      ["s1 was read at orders-0 offset 0, but it was sent to orders-1.", [0, 3]],
      ["s2 was read at orders-0 offset 1, but the send definitely failed: NOT_ENOUGH_REPLICAS.", [1, 2, 4]],
      ["stranger was read at orders-0 offset 2, but nobody has sent it.", [5]],
    ],
  });
});

test("a phantom counts where it was delivered as well, even to a client that nobody knows", () => {
  expect(told(verdictOn(noPhantomRecord, historyOf(delivered("ghost/1", "orders-0@4", "boo"))))).toEqual({
    violated: [["boo was read at orders-0 offset 4, but nobody has sent it.", [0]]],
  });
});

test("no setting permits a phantom", () => {
  const verdict = verdictOn(noPhantomRecord, historyOf(readBack("orders-0", "boo")), { producer: { acks: "0" } });
  expect(verdict.kind).toBe("violated");
});

test("where nothing was read there is nothing to judge", () => {
  expect(verdictOn(noPhantomRecord, historyOf(send("s1"), readBack("orders-0"))).kind).toBe("unknown");
});
