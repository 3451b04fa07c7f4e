import { describe, expect, test } from "vitest";
import type { GroupOptions } from "../model/schedule.ts";
import { assigned, factsOf, historyOf, killed, revoked, started, stopped } from "./hand-made-history.ts";
import type { Told } from "./hand-made-history.ts";
import { mayStayUnowned } from "./promises-of-groups.ts";

const cooperative: GroupOptions = {
  id: "billing",
  topics: ["orders"],
  members: ["c1", "c2"],
  instances: { c1: "desk" },
  commit: "after-processing",
  handlerMs: 1,
  config: { "partition.assignment.strategy": "cooperative-sticky" },
};
const { instances: _, ...dynamic } = cooperative;
const permits = (events: readonly Told[], group: GroupOptions = cooperative): boolean =>
  mayStayUnowned(factsOf(historyOf(events)), group) !== undefined;

describe("a partition may be nobody's", () => {
  const all = assigned("c1/1", "orders-0", "orders-1");
  const gaveBack = [all, revoked("c1/1", "orders-1"), assigned("c1/2", "orders-0")];

  test("where a static member died when it had given it back, before the next rebalance", () => {
    expect(permits([...gaveBack, killed("c1"), started("c1"), assigned("c1/2", "orders-0")])).toBe(true);
    expect(permits([...gaveBack, stopped("c1")])).toBe(true);
  });

  test("and not where it lives, has been in the next rebalance, gave nothing back, or is another member", () => {
    expect(permits(gaveBack)).toBe(false);
    expect(permits([...gaveBack, assigned("c1/3", "orders-0"), killed("c1")])).toBe(false);
    expect(permits([all, revoked("c1/1"), assigned("c1/2", "orders-0", "orders-1"), killed("c1")])).toBe(false);
    expect(permits([...gaveBack, killed("c2")])).toBe(false);
  });

  test("and not in a group without static members, or with another strategy", () => {
    expect(permits([...gaveBack, killed("c1")], dynamic)).toBe(false);
    expect(permits([...gaveBack, killed("c1")], { ...cooperative, config: {} })).toBe(false);
  });
});
