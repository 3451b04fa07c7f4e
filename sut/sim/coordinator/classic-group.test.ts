import { beforeEach, describe, expect, test } from "vitest";
import { errorCode, errorName } from "../../../model/error-code.ts";
import { memberId } from "../../../model/ids.ts";
import {
  beginAnew,
  leave,
  Member,
  newGroup,
  rebalanceTimeoutMs,
  removals,
  runFor,
  sessionTimeoutMs,
  stableGroup,
  world,
} from "./hand-made-group.ts";

beforeEach(beginAnew);

describe("joining", () => {
  test("begins with an id from the coordinator (KIP-394)", () => {
    const member = new Member("c1");
    member.join();
    expect(member.joinError).toBe("MEMBER_ID_REQUIRED");
    expect(world.group.state).toBe("Empty");
    member.join();
    expect(member.joinError).toBe("NONE");
    expect(world.group.state).toBe("CompletingRebalance");
  });

  test("with an id that was never given, or too long ago, is refused", () => {
    const member = new Member("c1");
    member.id = memberId("somebody");
    member.join();
    expect(member.joinError).toBe("UNKNOWN_MEMBER_ID");
    const late = new Member("c2");
    late.join();
    runFor(sessionTimeoutMs + 1);
    late.join();
    expect(late.joinError).toBe("UNKNOWN_MEMBER_ID");
  });

  test("makes everybody join again, and waits for them", () => {
    const [first] = stableGroup();
    const third = new Member("c3");
    third.enter();
    expect(world.group.state).toBe("PreparingRebalance");
    expect(third.joined).toBeUndefined();
    expect(first.heartbeat()).toBe("REBALANCE_IN_PROGRESS");
  });

  test("tells only the leader who the members are", () => {
    const [first, second] = stableGroup();
    expect(first.joined?.members.map(({ memberId: id }) => id)).toEqual([first.id, second.id]);
    expect(second.joined?.members).toEqual([]);
    expect(second.joined?.leader).toBe(first.id);
  });

  test("leaves out whoever has not joined again within the rebalance timeout", () => {
    const [first, second] = stableGroup();
    const third = new Member("c3");
    third.enter();
    first.join();
    for (let waitedMs = 0; waitedMs < rebalanceTimeoutMs; waitedMs += 500) {
      second.heartbeat();
      runFor(500);
    }
    expect(removals()).toEqual(["rebalance-timed-out"]);
    expect(world.group.memberIds).toEqual([first.id, third.id]);
    expect(first.joined?.generationId).toBe(3);
  });

  test("again without news, as a follower of a stable group, changes nothing", () => {
    const [, second] = stableGroup();
    second.join();
    expect(second.joined?.generationId).toBe(2);
    expect(world.group.state).toBe("Stable");
  });

  test("again as the leader of a stable group rebalances it", () => {
    const [first] = stableGroup();
    first.join();
    expect(world.group.state).toBe("PreparingRebalance");
  });
});

describe("the assignment", () => {
  test("of the leader is what everybody gets, and is written down before", () => {
    const [first, second] = stableGroup();
    expect([first.partitions, second.partitions]).toEqual([[0], [1]]);
    expect(world.stored.at(-1)).toMatchObject({ generation: 2, leader: first.id });
    expect(world.group.state).toBe("Stable");
  });

  test("is waited for by those who ask before the leader has given it", () => {
    const [first, second] = stableGroup();
    first.join();
    second.join();
    second.sync();
    expect(second.synced).toBeUndefined();
    first.sync([second, first]);
    expect([first.partitions, second.partitions]).toEqual([[1], [0]]);
  });

  test("of another generation is not to be had", () => {
    const [first, second] = stableGroup();
    const before = second.joined;
    first.join();
    second.join();
    second.joined = before;
    second.sync();
    expect(second.syncError).toBe("ILLEGAL_GENERATION");
  });

  test("that could not be written down is not given out, and the members begin anew", () => {
    const [first, second] = stableGroup();
    first.join();
    second.join();
    world.storeError = errorCode.NOT_COORDINATOR;
    second.sync();
    first.sync([first, second]);
    expect([first.syncError, second.syncError]).toEqual(["NOT_COORDINATOR", "NOT_COORDINATOR"]);
    expect(world.group.state).toBe("PreparingRebalance");
  });

  test("that a member never asks for costs it its place (KAFKA-12890)", () => {
    const [first, second] = stableGroup();
    first.join();
    second.join();
    first.sync([first, second]);
    for (let waitedMs = 0; waitedMs < rebalanceTimeoutMs; waitedMs += 500) {
      first.heartbeat();
      second.heartbeat();
      runFor(500);
    }
    expect(removals()).toEqual(["sync-timed-out"]);
    expect(world.group.memberIds).toEqual([first.id]);
  });
});

describe("a member", () => {
  test("that is silent for its session timeout is out, and the others rebalance", () => {
    const [first, second] = stableGroup();
    runFor(1500);
    expect(first.heartbeat()).toBe("NONE");
    runFor(600);
    expect(removals()).toEqual(["session-expired"]);
    expect(second.heartbeat()).toBe("UNKNOWN_MEMBER_ID");
    expect(first.heartbeat()).toBe("REBALANCE_IN_PROGRESS");
  });

  test("does not time out while it waits for the others", () => {
    const [first] = stableGroup();
    const third = new Member("c3");
    third.enter();
    first.join();
    runFor(sessionTimeoutMs + 500);
    expect(world.group.memberIds.includes(first.id)).toBe(true);
    expect(world.group.memberIds.includes(third.id)).toBe(true);
  });

  test("that leaves is out at once", () => {
    const [first, second] = stableGroup();
    expect(errorName(leave(second))).toBe("NONE");
    expect(removals()).toEqual(["left"]);
    first.join();
    expect(first.joined?.generationId).toBe(3);
    expect(errorName(leave(second))).toBe("UNKNOWN_MEMBER_ID");
  });

  test("that is the last to leave leaves an empty group with a generation of its own", () => {
    const [first, second] = stableGroup();
    leave(first);
    leave(second);
    expect(world.group.state).toBe("Empty");
    expect(world.stored.at(-1)).toMatchObject({ generation: 3, members: [] });
  });

  test("of an earlier generation is told so", () => {
    const [first] = stableGroup();
    expect(first.heartbeat(1)).toBe("ILLEGAL_GENERATION");
    expect(first.heartbeat(2)).toBe("NONE");
  });
});

describe("another coordinator", () => {
  test("takes over the group as it was written down, and gives everybody a new session", () => {
    const [first, second] = stableGroup();
    runFor(1900);
    world.group = newGroup();
    world.group.restore(world.stored.at(-1)!);
    expect(world.group.state).toBe("Stable");
    runFor(1900);
    expect([first.heartbeat(), second.heartbeat()]).toEqual(["NONE", "NONE"]);
    second.sync();
    expect(second.partitions).toEqual([1]);
  });

  test("is where those are sent who wait at the old one", () => {
    const [first] = stableGroup();
    const third = new Member("c3");
    third.enter();
    first.join();
    world.group.unload();
    expect([first.joinError, third.joinError]).toEqual(["NOT_COORDINATOR", "NOT_COORDINATOR"]);
  });
});

describe("a group that nobody was in", () => {
  test("waits for more members for group.initial.rebalance.delay.ms, and again as long after each that comes (KIP-134)", () => {
    world.group = newGroup({ "group.initial.rebalance.delay.ms": 1500 });
    const [first, second] = [new Member("c1"), new Member("c2")];
    first.enter();
    runFor(1000);
    expect(first.joined).toBeUndefined();
    second.enter();
    runFor(1900);
    expect([first.joined, second.joined]).toEqual([undefined, undefined]);
    runFor(200);
    expect([first.joined?.generationId, second.joined?.generationId]).toEqual([1, 1]);
  });

  test("but no longer than a rebalance may take", () => {
    world.group = newGroup({ "group.initial.rebalance.delay.ms": 3000 });
    const members = ["c1", "c2", "c3"].map((client) => new Member(client));
    members[0]!.enter();
    runFor(1000);
    members[1]!.enter();
    runFor(2500);
    members[2]!.enter();
    expect(members[0]!.joined).toBeUndefined();
    runFor(rebalanceTimeoutMs - 3500 + 1);
    expect(members.map(({ joined }) => joined?.generationId)).toEqual([1, 1, 1]);
  });
});
