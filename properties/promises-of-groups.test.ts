import { describe, expect, test } from "vitest";
import { brokerId, leaderEpoch } from "../model/ids.ts";
import type { GroupOptions } from "../model/schedule.ts";
import { tookOffice } from "./coverage/hand-made-brokers.ts";
import {
  assigned,
  broker,
  changed,
  down,
  factsOf,
  historyOf,
  injected,
  killed,
  partitionOf,
  revoked,
  started,
  stopped,
} from "./hand-made-history.ts";
import type { Told } from "./hand-made-history.ts";
import { mayMeetFormerCoordinator, mayStayUnowned } from "./promises-of-groups.ts";

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

describe("a static member may be fenced with nobody in its place", () => {
  const log = partitionOf("__consumer_offsets-0");
  const leads = (id: number): Told => tookOffice(id, "__consumer_offsets-0@0", 0);
  const follows = (id: number): Told =>
    broker({ kind: "became-follower", broker: brokerId(id), partition: log, leaderEpoch: leaderEpoch(1), leader: brokerId(2) });
  const decided = (leader: number, epoch: number): Told => changed("__consumer_offsets-0", { leader, epoch, isr: [leader] });
  const moved = [decided(1, 0), leads(1), decided(2, 1)];
  const isExcused = (...events: readonly Told[]): boolean =>
    mayMeetFormerCoordinator(factsOf(historyOf(events)), events.length) !== undefined;

  test("as long as a coordinator has not heard that it was replaced", () => {
    expect(isExcused(...moved)).toBe(true);
    expect(isExcused(...moved, leads(2))).toBe(true);
    expect(isExcused(...moved, follows(1), leads(2))).toBe(false);
    expect(isExcused(...moved, down(1), leads(2))).toBe(false);
    expect(isExcused(decided(1, 0), leads(1))).toBe(false);
  });

  test("by what was known at the time, and not later", () => {
    const history = historyOf([decided(1, 0), leads(1), decided(2, 1)]);
    expect(mayMeetFormerCoordinator(factsOf(history), 2)).toBeUndefined();
    expect(mayMeetFormerCoordinator(factsOf(history), 3)).toBeDefined();
  });

  test("without evidence of brokers, where a fault may have made a coordinator of the past", () => {
    expect(isExcused(injected("pause-broker"))).toBe(true);
    expect(isExcused(injected("kill-broker"))).toBe(false);
  });
});
