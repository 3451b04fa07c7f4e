import { beforeEach, describe, expect, test } from "vitest";
import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { brokerId, generation, memberId } from "../../../model/ids.ts";
import type { MemberId } from "../../../model/ids.ts";
import { defaultBrokerSettings } from "../../../model/settings.ts";
import type { BrokerContext } from "../broker/context.ts";
import { MetadataImage } from "../controller/metadata-image.ts";
import { EventLoop } from "../event-loop.ts";
import { Host } from "../host.ts";
import { LogDir } from "../log-dir.ts";
import { Network } from "../network.ts";
import type { JoinGroupResponse, SyncGroupResponse } from "../protocol/group.ts";
import { Recorder } from "../recorder.ts";
import { kafkaRules } from "../rules/rules.ts";
import { ClassicGroup } from "./classic-group.ts";
import type { GroupMetadataValue } from "./coordinator-records.ts";

const sessionTimeoutMs = 2000;
const rebalanceTimeoutMs = 4000;

let loop: EventLoop;
let record: Recorder;
let group: ClassicGroup;
/** What the coordinator has written down; it is safe at once unless `storeError` says otherwise. */
let stored: GroupMetadataValue[];
let storeError: ErrorCode;

beforeEach(() => {
  loop = new EventLoop();
  record = new Recorder(loop, () => undefined);
  stored = [];
  storeError = errorCode.NONE;
  group = newGroup();
});

function newGroup(): ClassicGroup {
  const host = new Host("broker-1", loop);
  host.start();
  const network = new Network(loop, { seed: "00000001", latencyMs: { min: 1, max: 1 } });
  const parts = { network, rules: kafkaRules, settings: defaultBrokerSettings, record, image: new MetadataImage() };
  const context: BrokerContext = { id: brokerId(1), host, hosts: new Map(), logDir: new LogDir(() => undefined), ...parts };
  return new ClassicGroup(context, "billing", (value, onStored) => {
    stored.push(value);
    onStored(storeError);
  });
}

function runFor(durationMs: number): void {
  const untilUs = loop.nowUs + durationMs * 1000;
  while (loop.step(untilUs));
  loop.advanceTo(untilUs);
}

/** A client of the group, with the last answers that it was given. */
class Member {
  readonly client: string;
  id: MemberId = memberId("");
  joined: JoinGroupResponse | undefined;
  synced: SyncGroupResponse | undefined;

  constructor(client: string) {
    this.client = client;
  }

  join(): void {
    this.joined = undefined;
    const protocols = [{ name: "range", metadata: { topics: ["orders"] } }];
    const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs };
    const request = {
      api: "JoinGroup",
      groupId: "billing",
      memberId: this.id,
      protocolType: "consumer",
      protocols,
      ...timeouts,
    } as const;
    group.join(request, this.client, (response) => {
      this.joined = response;
      this.id = response.memberId;
    });
  }

  /** Asks for an id, and joins with it. */
  enter(): void {
    this.join();
    this.join();
  }

  /** Asks for its part; the leader gives partition `n` to the member that is `n`th in `order`. */
  sync(order: readonly Member[] = []): void {
    this.synced = undefined;
    const assignments = order.map(({ id }, at) => {
      return { memberId: id, assignment: { assignedPartitions: [{ topic: "orders", partitions: [at] }] } };
    });
    const generationId = this.joined?.generationId ?? generation(-1);
    group.sync({ api: "SyncGroup", groupId: "billing", generationId, memberId: this.id, assignments }, (response) => {
      this.synced = response;
    });
  }

  heartbeat(of: number = group.generation): string {
    return errorName(
      group.heartbeat({ api: "Heartbeat", groupId: "billing", generationId: generation(of), memberId: this.id }),
    );
  }

  get joinError(): string | undefined {
    return this.joined && errorName(this.joined.errorCode);
  }

  get syncError(): string | undefined {
    return this.synced && errorName(this.synced.errorCode);
  }

  get partitions(): readonly number[] {
    return this.synced?.assignment.assignedPartitions.flatMap(({ partitions }) => partitions) ?? [];
  }
}

/** A stable group of `c1`, which leads, and `c2`, in generation 2. */
function stableGroup(): readonly [Member, Member] {
  const first = new Member("c1");
  const second = new Member("c2");
  first.enter();
  second.enter();
  first.join();
  first.sync([first, second]);
  second.sync();
  return [first, second];
}

const removals = (): readonly string[] =>
  record.events.flatMap((event) => (event.kind === "member-removed" ? [event.why] : []));

describe("joining", () => {
  test("begins with an id from the coordinator (KIP-394)", () => {
    const member = new Member("c1");
    member.join();
    expect(member.joinError).toBe("MEMBER_ID_REQUIRED");
    expect(group.state).toBe("Empty");
    member.join();
    expect(member.joinError).toBe("NONE");
    expect(group.state).toBe("CompletingRebalance");
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
    expect(group.state).toBe("PreparingRebalance");
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
    expect(group.memberIds).toEqual([first.id, third.id]);
    expect(first.joined?.generationId).toBe(3);
  });

  test("again without news, as a follower of a stable group, changes nothing", () => {
    const [, second] = stableGroup();
    second.join();
    expect(second.joined?.generationId).toBe(2);
    expect(group.state).toBe("Stable");
  });

  test("again as the leader of a stable group rebalances it", () => {
    const [first] = stableGroup();
    first.join();
    expect(group.state).toBe("PreparingRebalance");
  });
});

describe("the assignment", () => {
  test("of the leader is what everybody gets, and is written down before", () => {
    const [first, second] = stableGroup();
    expect([first.partitions, second.partitions]).toEqual([[0], [1]]);
    expect(stored.at(-1)).toMatchObject({ generation: 2, leader: first.id });
    expect(group.state).toBe("Stable");
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
    storeError = errorCode.NOT_COORDINATOR;
    second.sync();
    first.sync([first, second]);
    expect([first.syncError, second.syncError]).toEqual(["NOT_COORDINATOR", "NOT_COORDINATOR"]);
    expect(group.state).toBe("PreparingRebalance");
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
    expect(group.memberIds).toEqual([first.id]);
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
    expect(group.has(first.id)).toBe(true);
    expect(group.has(third.id)).toBe(true);
  });

  test("that leaves is out at once", () => {
    const [first, second] = stableGroup();
    expect(errorName(group.leave(second.id))).toBe("NONE");
    expect(removals()).toEqual(["left"]);
    first.join();
    expect(first.joined?.generationId).toBe(3);
    expect(errorName(group.leave(second.id))).toBe("UNKNOWN_MEMBER_ID");
  });

  test("that is the last to leave leaves an empty group with a generation of its own", () => {
    const [first, second] = stableGroup();
    group.leave(first.id);
    group.leave(second.id);
    expect(group.state).toBe("Empty");
    expect(stored.at(-1)).toMatchObject({ generation: 3, members: [] });
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
    group = newGroup();
    group.restore(stored.at(-1)!);
    expect(group.state).toBe("Stable");
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
    group.unload();
    expect([first.joinError, third.joinError]).toEqual(["NOT_COORDINATOR", "NOT_COORDINATOR"]);
  });
});
