/** Test support: a group at its coordinator, without a cluster around it, and clients that join it. */

import { errorCode, errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { brokerId, generation, memberId } from "../../../model/ids.ts";
import type { MemberId } from "../../../model/ids.ts";
import { defaultBrokerSettings } from "../../../model/settings.ts";
import type { BrokerSettings } from "../../../model/settings.ts";
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

export const sessionTimeoutMs = 2000;
export const rebalanceTimeoutMs = 4000;

interface World {
  loop: EventLoop;
  record: Recorder;
  group: ClassicGroup;
  /** What the coordinator has written down; it is safe at once unless `storeError` says otherwise. */
  stored: GroupMetadataValue[];
  storeError: ErrorCode;
  numbered: number;
}

/** What a test is about; `beginAnew` before each one. */
export const world: World = {} as World;

export function beginAnew(): void {
  world.loop = new EventLoop();
  world.record = new Recorder(world.loop, () => undefined);
  world.stored = [];
  world.numbered = 0;
  world.storeError = errorCode.NONE;
  world.group = newGroup();
}

/** A group at a coordinator that knows nothing of it yet. */
export function newGroup(settings: Partial<BrokerSettings> = {}): ClassicGroup {
  const { loop, record } = world;
  const host = new Host("broker-1", loop);
  host.start();
  const network = new Network(loop, { seed: "00000001", latencyMs: { min: 1, max: 1 } });
  const parts = {
    network,
    rules: kafkaRules,
    settings: { ...defaultBrokerSettings, ...settings },
    record,
    image: new MetadataImage(),
  };
  const context: BrokerContext = { id: brokerId(1), host, hosts: new Map(), logDir: new LogDir(() => undefined), ...parts };
  return new ClassicGroup(context, "billing", {
    numberMember: () => world.numbered++,
    store: (value, onStored) => {
      world.stored.push(value);
      onStored(world.storeError);
    },
  });
}

export function runFor(durationMs: number): void {
  const { loop } = world;
  const untilUs = loop.nowUs + durationMs * 1000;
  while (loop.step(untilUs));
  loop.advanceTo(untilUs);
}

/** A client of the group, with the last answers that it was given. */
export class Member {
  readonly client: string;
  id: MemberId = memberId("");
  joined: JoinGroupResponse | undefined;
  synced: SyncGroupResponse | undefined;

  /** Its `group.instance.id`, where it is static. */
  readonly static: { readonly groupInstanceId?: string };

  constructor(client: string, instance?: string) {
    this.client = client;
    this.static = instance === undefined ? {} : { groupInstanceId: instance };
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
      ...this.static,
      ...timeouts,
    } as const;
    world.group.join(request, this.client, (response) => {
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
    world.group.sync(
      { api: "SyncGroup", groupId: "billing", generationId, memberId: this.id, assignments, ...this.static },
      (response) => {
        this.synced = response;
      },
    );
  }

  heartbeat(of: number = world.group.generation): string {
    return errorName(
      world.group.heartbeat({
        api: "Heartbeat",
        groupId: "billing",
        generationId: generation(of),
        memberId: this.id,
        ...this.static,
      }),
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
export function stableGroup(): readonly [Member, Member] {
  const first = new Member("c1");
  const second = new Member("c2");
  first.enter();
  second.enter();
  first.join();
  first.sync([first, second]);
  second.sync();
  return [first, second];
}

/** The member leaves in good order. */
export const leave = ({ id }: Member): ErrorCode => world.group.leave({ api: "LeaveGroup", groupId: "billing", memberId: id });

/** Why members were removed, in order. */
export const removals = (): readonly string[] =>
  world.record.events.flatMap((event) => (event.kind === "member-removed" ? [event.why] : []));
