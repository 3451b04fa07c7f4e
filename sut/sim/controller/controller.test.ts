import { describe, expect, test } from "vitest";
import { HandMadeController } from "./hand-made-controller.ts";

describe("what the active controller refuses, it tells", () => {
  test("a proposal from a state that is over, with all that was proposed", () => {
    const cluster = new HandMadeController();
    expect(cluster.propose([1, 2])).toBe("NONE");
    expect(cluster.propose([1], { partitionEpoch: 0 })).toBe("INVALID_UPDATE_VERSION");
    expect(cluster.told("isr-refused")).toMatchObject([
      {
        partition: "orders-0",
        broker: 1,
        leaderEpoch: 0,
        partitionEpoch: 0,
        isr: [1],
        brokerEpochs: [0],
        error: "INVALID_UPDATE_VERSION",
      },
    ]);
  });

  test("a proposal of a process that is no longer the registered one", () => {
    const cluster = new HandMadeController();
    expect(cluster.propose([1, 2], { brokerEpoch: 99 })).toBe("STALE_BROKER_EPOCH");
    expect(cluster.told("isr-refused")).toMatchObject([{ broker: 1, isr: [1, 2], error: "STALE_BROKER_EPOCH" }]);
  });

  test("a registration while another process of the same broker is in service", () => {
    const cluster = new HandMadeController();
    expect(cluster.register(2, "another")).toBe("DUPLICATE_BROKER_REGISTRATION");
    expect(cluster.told("registration-refused")).toMatchObject([{ broker: 2, error: "DUPLICATE_BROKER_REGISTRATION" }]);
  });

  test("a heartbeat under an epoch that is over", () => {
    const cluster = new HandMadeController();
    expect(cluster.heartbeat(2, { brokerEpoch: 77 })).toBe("STALE_BROKER_EPOCH");
    expect(cluster.told("heartbeat-refused")).toMatchObject([{ broker: 2, brokerEpoch: 77, error: "STALE_BROKER_EPOCH" }]);
  });

  test("an election that changes nothing, and one of a partition that does not exist", () => {
    const cluster = new HandMadeController();
    expect(cluster.electPreferred()).toBe("ELECTION_NOT_NEEDED");
    expect(cluster.electPreferred(7)).toBe("UNKNOWN_TOPIC_OR_PARTITION");
    cluster.silence(1);
    expect(cluster.orders.leader).toBe(2);
    expect(cluster.electPreferred()).toBe("PREFERRED_LEADER_NOT_AVAILABLE");
    expect(cluster.told("election-refused")).toMatchObject([
      { partition: "orders-0", election: "preferred", error: "ELECTION_NOT_NEEDED" },
      { partition: "orders-7", election: "preferred", error: "UNKNOWN_TOPIC_OR_PARTITION" },
      { partition: "orders-0", election: "preferred", error: "PREFERRED_LEADER_NOT_AVAILABLE" },
    ]);
  });

  test("an unclean election where somebody leads, and where nobody is alive", () => {
    const cluster = new HandMadeController();
    expect(cluster.electUnclean()).toBe("ELECTION_NOT_NEEDED");
    expect(cluster.electUnclean(7)).toBe("UNKNOWN_TOPIC_OR_PARTITION");
    cluster.silence(1, 2, 3);
    expect(cluster.electUnclean()).toBe("ELIGIBLE_LEADERS_NOT_AVAILABLE");
    expect(cluster.told("election-refused")).toMatchObject([
      { partition: "orders-0", election: "unclean", error: "ELECTION_NOT_NEEDED" },
      { partition: "orders-7", election: "unclean", error: "UNKNOWN_TOPIC_OR_PARTITION" },
      { partition: "orders-0", election: "unclean", error: "ELIGIBLE_LEADERS_NOT_AVAILABLE" },
    ]);
  });

  test("and nothing else", () => {
    const cluster = new HandMadeController();
    cluster.heartbeat(2);
    cluster.propose([1, 2]);
    cluster.silence(1);
    cluster.register(1, "again");
    cluster.heartbeat(1);
    cluster.propose([2, 1]);
    expect(cluster.electPreferred()).toBe("NONE");
    expect(cluster.told("isr-refused", "registration-refused", "heartbeat-refused", "election-refused")).toEqual([]);
  });
});
