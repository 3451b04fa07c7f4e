import { describe, expect, test } from "vitest";
import { assigned, changed, goesOn, historyOf, lost, revoked, told, verdictOn } from "../hand-made-history.ts";
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

test("lives of one static member are one, and so are twins, until the former ones hear that they are fenced", () => {
  const group = { instances: { c1: "desk", c2: "desk" } };
  const history = historyOf(
    assigned("c1/1/first", "orders-0"),
    assigned("c1/1/second", "orders-0"),
    assigned("c2/1", "orders-0"),
  );
  expect(told(verdictOn(exclusiveOwnership, history, { group }))).toBe("holds for 3");
});

test("a member that is told of its assignment twice owns it once", () => {
  expect(told(verdictOn(exclusiveOwnership, historyOf(assigned("c1/1", "orders-0"), assigned("c1/1", "orders-0"))))).toBe(
    "holds for 2",
  );
});

describe("in a cooperative rebalance", () => {
  const holds = goesOn("c1/1", [], "orders-0", "orders-1");
  const givesBack = [revoked("c1/1", "orders-1"), goesOn("c1/2", ["orders-0"], "orders-0")];

  test("it holds where a partition takes two generations to move", () => {
    const moves = [goesOn("c2/2", []), givesBack, goesOn("c2/3", [], "orders-1"), goesOn("c1/3", ["orders-0"], "orders-0")];
    expect(told(verdictOn(exclusiveOwnership, historyOf(holds, ...moves)))).toBe("holds for 5");
  });

  test("a partition that goes to another member at once is a violation", () => {
    expect(told(verdictOn(exclusiveOwnership, historyOf(holds, goesOn("c2/2", [], "orders-1"), givesBack)))).toEqual({
      violated: [
        ["In generation 2 of billing c2-id of c2 was assigned orders-1, which c1-id held until generation 2.", [0, 1]],
      ],
    });
  });

  test("whoever missed a generation has held on all the while", () => {
    const missed = [goesOn("c2/2", [], "orders-1"), revoked("c1/1", "orders-1"), goesOn("c1/3", ["orders-0"], "orders-0")];
    expect(verdictOn(exclusiveOwnership, historyOf(holds, ...missed)).kind).toBe("violated");
  });

  test("whoever was thrown out, or is another member by now, holds nothing of before", () => {
    const thrownOut = [lost("c1/1", "orders-0", "orders-1"), goesOn("c1/2", [], "orders-0"), goesOn("c2/2", [], "orders-1")];
    expect(told(verdictOn(exclusiveOwnership, historyOf(holds, ...thrownOut)))).toBe("holds for 4");
    const anew = [goesOn("c1/2/c1-id-2", [], "orders-0"), goesOn("c2/2", [], "orders-1")];
    expect(told(verdictOn(exclusiveOwnership, historyOf(holds, ...anew)))).toBe("holds for 4");
  });
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
