import { describe, expect, test } from "vitest";
import { brokerId, leaderEpoch, offset } from "../../model/ids.ts";
import {
  broker,
  changed,
  down,
  factsOf,
  historyOf,
  injected,
  logRestarted,
  logStartAdvanced,
  partitionOf,
  send,
  truncated,
} from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";

const orders = partitionOf("orders-0");
const cluster = (...events: readonly Told[]) => factsOf(historyOf(events)).cluster;
const isr = (leader: number, epoch: number, ...members: readonly number[]): Told =>
  changed("orders-0", { leader, epoch, isr: members });

describe("producers are forgotten", () => {
  const isForgotten = (...events: readonly Told[]): boolean => cluster(...events).hadForgottenProducers(orders);
  const back = (logStart: number, endOffset: number): Told =>
    broker({
      kind: "replica-recovered",
      broker: brokerId(2),
      partition: orders,
      logStart: offset(logStart),
      endOffset: offset(endOffset),
      highWatermark: offset(endOffset),
      epochs: [],
    });

  test("by a log that begins anew", () => {
    expect(isForgotten(logRestarted(2, "orders-0@5"))).toBe(true);
    expect(isForgotten(logRestarted(2, "orders-1@5"))).toBe(false);
  });

  test("by a log that is loaded with nothing to be read", () => {
    expect(isForgotten(back(5, 5))).toBe(true);
    expect(isForgotten(back(4, 5))).toBe(false);
  });

  test("by a log that is cut at or before where records were deleted", () => {
    const deleted = logStartAdvanced(1, "orders-0@5");
    expect(isForgotten(deleted, truncated(2, "orders-0@5"))).toBe(true);
    expect(isForgotten(deleted, truncated(2, "orders-0@6"))).toBe(false);
    expect(isForgotten(logStartAdvanced(1, "orders-0@5", "retention.ms"), truncated(2, "orders-0@3"))).toBe(true);
    expect(isForgotten(truncated(2, "orders-0@3"))).toBe(false);
  });
});

describe("power", () => {
  const isLost = (...events: readonly Told[]): boolean => cluster(...events).hadPowerLossOfWholeIsr(orders);
  const lost = (id: number): Told => down(id, "power-lost");
  const fetched = broker({
    kind: "fetch-accepted",
    broker: brokerId(2),
    partition: orders,
    follower: brokerId(1),
    brokerEpoch: 1,
    requestedEpoch: leaderEpoch(1),
    fetchOffset: offset(0),
    lastFetchedEpoch: leaderEpoch(0),
  });

  test("lost on the only in-sync replica is lost on all of them", () => {
    expect(isLost(isr(1, 0, 1), lost(1))).toBe(true);
    expect(isLost(isr(1, 0, 1), down(1, "killed"))).toBe(false);
    expect(isLost(isr(1, 0, 1), lost(2))).toBe(false);
  });

  test("lost on one after the other counts until the first has fetched everything again", () => {
    expect(isLost(isr(1, 0, 1, 2), lost(1), lost(2))).toBe(true);
    const back = [broker({ kind: "broker-up", broker: brokerId(1) }), fetched] as const;
    expect(isLost(isr(1, 0, 1, 2), lost(1), isr(2, 1, 2), ...back, isr(2, 1, 2, 1), lost(2))).toBe(false);
  });

  test("a member that the leader has not heard of since it came back is in the ISR for what it had before", () => {
    const rejoined = isr(2, 1, 2, 1);
    expect(isLost(isr(1, 0, 1, 2), isr(2, 1, 2), fetched, lost(1), rejoined, isr(2, 1, 1))).toBe(true);
    expect(isLost(isr(1, 0, 1, 2), lost(1), isr(2, 1, 2), fetched, rejoined, isr(2, 1, 1))).toBe(true);
  });

  test("lost on a member that stays in the ISR shows when the others leave it", () => {
    expect(isLost(isr(1, 0, 1, 2), lost(1), isr(1, 0, 1))).toBe(true);
    expect(isLost(isr(1, 0, 1, 2), lost(1), isr(2, 1, 2))).toBe(false);
    const heardOf = [broker({ kind: "broker-up", broker: brokerId(1) }), fetched] as const;
    expect(isLost(isr(2, 0, 1, 2), lost(1), ...heardOf, isr(2, 0, 1, 2), isr(1, 1, 1))).toBe(true);
  });

  test("an unclean election is no power loss, also of a replica that had lost power", () => {
    expect(isLost(isr(1, 0, 1, 2), lost(1), isr(2, 1, 2), isr(-1, 2, 2), isr(1, 3, 1))).toBe(false);
  });

  test("lost in the ISR is not lost everywhere while somebody else is eligible", () => {
    const shrunk = changed("orders-0", { leader: 1, epoch: 0, isr: [1], elr: [2] });
    expect(isLost(shrunk, lost(1))).toBe(false);
    expect(isLost(shrunk, lost(1), lost(2))).toBe(true);
    const nobodyInSync = changed("orders-0", { leader: -1, epoch: 1, isr: [], elr: [1, 2] });
    expect(isLost(shrunk, lost(1), nobodyInSync)).toBe(false);
    expect(isLost(shrunk, lost(1), nobodyInSync, lost(2))).toBe(true);
  });

  test("where nobody is eligible any more nothing is lost by that alone", () => {
    const nobody = changed("orders-0", { leader: -1, epoch: 1, isr: [], last: 2 });
    expect(isLost(isr(2, 0, 2), lost(3), nobody)).toBe(false);
    expect(isLost(isr(2, 0, 2), nobody, lost(3))).toBe(false);
  });

  test("lost on a broker without a replica does no harm", () => {
    expect(isLost(isr(1, 0, 1, 2), lost(9))).toBe(false);
    expect(isLost(lost(1))).toBe(false);
  });
});

test("an election is unclean if and only if the new leader was not in the ISR before", () => {
  expect(cluster(isr(1, 0, 1, 2), isr(2, 1, 2)).hadUncleanElection(orders)).toBe(false);
  expect(cluster(isr(1, 0, 1), isr(2, 1, 2)).hadUncleanElection(orders)).toBe(true);
  expect(cluster(isr(1, 0, 1), isr(-1, 1, 1), isr(1, 2, 1)).hadUncleanElection(orders)).toBe(false);
  expect(cluster(isr(1, 0, 1), isr(-1, 1, 1), isr(2, 2, 2)).hadUncleanElection(orders)).toBe(true);
  expect(cluster(isr(2, 4, 2)).hadUncleanElection(orders)).toBe(false);
  expect(cluster().hadUncleanElection(orders)).toBe(false);
});

test("an election from the eligible leader replicas is clean when the ISR is empty", () => {
  const offline = changed("orders-0", { leader: -1, epoch: 1, isr: [], elr: [2] });
  expect(cluster(offline, isr(2, 2, 2)).hadUncleanElection(orders)).toBe(false);
  expect(cluster(offline, isr(3, 2, 3)).hadUncleanElection(orders)).toBe(true);
  const inSync = changed("orders-0", { leader: 1, epoch: 1, isr: [1], elr: [2] });
  expect(cluster(inSync, isr(2, 2, 2)).hadUncleanElection(orders)).toBe(true);
});

test("an election of who led last is a kind of its own, where nobody is eligible", () => {
  const offline = changed("orders-0", { leader: -1, epoch: 1, isr: [], last: 3 });
  const again = cluster(offline, isr(3, 2, 3));
  expect([again.hadUncleanElection(orders), again.hadLastKnownLeaderElection(orders)]).toEqual([false, true]);
  const another = cluster(offline, isr(2, 2, 2));
  expect([another.hadUncleanElection(orders), another.hadLastKnownLeaderElection(orders)]).toEqual([true, false]);
  expect(cluster(offline, offline).hadLastKnownLeaderElection(orders)).toBe(false);
  expect(cluster().hadLastKnownLeaderElection(orders)).toBe(false);
});

test("a change of the ISR alone is no failover, another leader epoch is", () => {
  expect(cluster(isr(1, 0, 1, 2), isr(1, 0, 1)).hadFailover(orders)).toBe(false);
  expect(cluster(isr(1, 0, 1, 2), isr(1, 1, 1)).hadFailover(orders)).toBe(true);
  expect(cluster().hadFailover(orders)).toBe(false);
});

test("settings come from the topic, then from the brokers, then from the defaults", () => {
  const facts = factsOf([], {
    topic: { "min.insync.replicas": 1 },
    brokerConfig: { "unclean.leader.election.enable": true },
  }).cluster;
  expect(facts.settingsOf(orders)).toMatchObject({ "min.insync.replicas": 1, "unclean.leader.election.enable": true });
  expect(facts.settingsOf(partitionOf("__consumer_offsets-0"))).toMatchObject({
    "min.insync.replicas": 2,
    "unclean.leader.election.enable": true,
  });
});

test("only events of brokers are evidence of brokers", () => {
  expect(cluster(send("s1"), injected("kill-broker")).hasBrokerEvidence).toBe(false);
  expect(cluster(injected("kill-broker"), down(1)).hasBrokerEvidence).toBe(true);
});
