import { expect, test } from "vitest";
import { assigned, changed, historyOf, told, verdictOn } from "../hand-made-history.ts";
import { exclusiveOwnership } from "./exclusive-ownership.ts";

const both = [assigned("c1/1", "orders-0"), assigned("c2/1", "orders-1", "orders-0")];

test("it holds where each partition of a generation has one owner", () => {
  const history = historyOf(
    assigned("c1/1", "orders-0"),
    assigned("c2/1", "orders-1"),
    assigned("c2/2", "orders-0", "orders-1"),
  );
  expect(told(verdictOn(exclusiveOwnership, history))).toBe("holds for 4");
});

test("two members with one partition in one generation are a violation", () => {
  expect(told(verdictOn(exclusiveOwnership, historyOf(both)))).toEqual({
    violated: [["In generation 1 of billing both c1-id and c2-id of c2 were assigned orders-0.", [0, 1]]],
  });
});

test("two lives of one client are two members", () => {
  const history = historyOf(assigned("c1/1/first", "orders-0"), assigned("c1/1/second", "orders-0"));
  expect(verdictOn(exclusiveOwnership, history).kind).toBe("violated");
});

test("a member that is told of its assignment twice owns it once", () => {
  expect(told(verdictOn(exclusiveOwnership, historyOf(assigned("c1/1", "orders-0"), assigned("c1/1", "orders-0"))))).toBe(
    "holds for 2",
  );
});

test("it is not promised where the log of the coordinators lost records by an unclean election", () => {
  const topic = "__consumer_offsets-0";
  const unclean = [changed(topic, { leader: 1, epoch: 0, isr: [1] }), changed(topic, { leader: 2, epoch: 1, isr: [2] })];
  const brokerConfig = { "unclean.leader.election.enable": true };
  expect(told(verdictOn(exclusiveOwnership, historyOf(unclean, both), { brokerConfig }))).toEqual({
    "not-promised": [
      [
        "In generation 1 of billing both c1-id and c2-id of c2 were assigned orders-0.",
        [2, 3],
        "unclean.leader.election.enable=true",
      ],
    ],
  });
  expect(verdictOn(exclusiveOwnership, historyOf(unclean, both)).kind).toBe("violated");
});

test("empty assignments and histories give nothing to judge", () => {
  expect(verdictOn(exclusiveOwnership, historyOf(assigned("c1/1"))).kind).toBe("unknown");
  expect(verdictOn(exclusiveOwnership, []).kind).toBe("unknown");
});
