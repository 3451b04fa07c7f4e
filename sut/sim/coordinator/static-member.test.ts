import { beforeEach, describe, expect, test } from "vitest";
import {
  beginAnew,
  Member,
  newGroup,
  rebalanceTimeoutMs,
  removals,
  runFor,
  sessionTimeoutMs,
  world,
} from "./hand-made-group.ts";

beforeEach(beginAnew);

describe("a static member (KIP-345)", () => {
  /** A stable group of `c1`, which leads, and of `c2`, static and known as `till`. */
  function withStatic(): readonly [Member, Member] {
    const first = new Member("c1");
    const second = new Member("c2", "till");
    first.enter();
    second.join();
    first.join();
    first.sync([first, second]);
    second.sync();
    return [first, second];
  }

  test("joins without asking for an id first", () => {
    const [, second] = withStatic();
    expect([second.joinError, second.partitions]).toEqual(["NONE", [1]]);
    expect(world.stored.at(-1)?.members.map(({ instanceId }) => instanceId)).toEqual([undefined, "till"]);
  });

  test("has its place again as another process, once that is written down, and the former one is fenced", () => {
    const [, second] = withStatic();
    const back = new Member("c2", "till");
    back.join();
    back.sync();
    expect([world.group.state, world.group.generation, back.partitions]).toEqual(["Stable", 2, [1]]);
    expect(world.stored.at(-1)?.members.map(({ memberId: id }) => id)).toContain(back.id);
    expect([second.heartbeat(), back.heartbeat()]).toEqual(["FENCED_INSTANCE_ID", "NONE"]);
    second.join();
    expect(second.joinError).toBe("FENCED_INSTANCE_ID");
  });

  test("that leads is not to assign again what is assigned", () => {
    const leader = new Member("c1", "desk");
    leader.join();
    leader.sync([leader]);
    const back = new Member("c1", "desk");
    back.join();
    expect(back.joined).toMatchObject({ leader: back.id, skipAssignment: true });
  });

  test("that is back before the leader has assigned makes the group begin anew (KAFKA-9801)", () => {
    const [first] = withStatic();
    first.join();
    const back = new Member("c2", "till");
    back.join();
    expect(world.group.state).toBe("CompletingRebalance");
    const again = new Member("c2", "till");
    again.join();
    expect(world.group.state).toBe("PreparingRebalance");
    first.sync([first, back]);
    expect(first.syncError).toBe("REBALANCE_IN_PROGRESS");
  });

  test("keeps its place though it misses a rebalance, until its session is over", () => {
    const [first, second] = withStatic();
    for (let waitedMs = 0; waitedMs < rebalanceTimeoutMs; waitedMs += 500) {
      if (waitedMs === 0) first.join();
      second.heartbeat();
      runFor(500);
    }
    expect([removals(), world.group.memberIds.includes(second.id)]).toEqual([[], true]);
    expect(first.joined?.generationId).toBe(3);
    first.sync([first, second]);
    for (let waitedMs = 0; waitedMs < sessionTimeoutMs; waitedMs += 500) {
      first.heartbeat();
      runFor(500);
    }
    expect(removals()).toEqual(["session-expired"]);
  });

  test("does not lead while it is away, and where nobody is there the group waits", () => {
    const [first, second] = [new Member("c1", "desk"), new Member("c2", "till")];
    first.join();
    first.sync([first]);
    second.join();
    for (let waitedMs = 0; waitedMs < rebalanceTimeoutMs; waitedMs += 500) {
      first.heartbeat();
      runFor(500);
    }
    expect(second.joined).toMatchObject({ leader: second.id, generationId: 2 });
    expect(world.group.memberIds).toEqual([first.id, second.id]);
  });
});

test("a group takes no more members than group.max.size (KIP-389)", () => {
  world.group = newGroup({ "group.max.size": 1 });
  const [first, second] = [new Member("c1"), new Member("c2")];
  first.enter();
  second.join();
  expect(second.joinError).toBe("GROUP_MAX_SIZE_REACHED");
  first.join();
  expect(first.joinError).toBe("NONE");
});
