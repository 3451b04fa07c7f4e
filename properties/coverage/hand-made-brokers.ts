/** Test support: what brokers and controllers tell, one short line an event, and cases of what was seen and what was not. */

import { expect, test } from "vitest";
import type { ErrorName } from "../../model/error-code.ts";
import type { EventOf } from "../../model/history.ts";
import { brokerId, generation, leaderEpoch, memberId, offset, partitionEpoch, producerId } from "../../model/ids.ts";
import { broker, changed, factsOf, historyOf, partitionOf } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import type { Sighting } from "./sighting.ts";

/** A place in a log, written `orders-0@3`. */
function placeOf(place: string): { readonly partition: EventOf<"truncated">["partition"]; readonly offset: number } {
  const [partition = "", position = "0"] = place.split("@");
  return { partition: partitionOf(partition), offset: Number(position) };
}

function batchAt(place: string, epoch: number, values: readonly string[]): EventOf<"leader-appended">["batch"] {
  const at = { baseOffset: offset(placeOf(place).offset), leaderEpoch: leaderEpoch(epoch) };
  return { ...at, producerId: producerId(7), producerEpoch: 0, baseSequence: 0, values };
}

/** Broker `id` appends records at `place` as the leader of an epoch. */
export const led = (id: number, place: string, epoch: number, ...values: readonly string[]): Told => {
  const at = { broker: brokerId(id), partition: placeOf(place).partition };
  return broker({ kind: "leader-appended", ...at, batch: batchAt(place, epoch, values), acks: -1 });
};
export const copied = (id: number, place: string, epoch: number, ...values: readonly string[]): Told => {
  const at = { broker: brokerId(id), partition: placeOf(place).partition };
  return broker({ kind: "follower-appended", ...at, batch: batchAt(place, epoch, values) });
};
/** Broker `id` begins to lead in an epoch, with the log that ends at `place`. */
export const tookOffice = (id: number, place: string, epoch: number): Told =>
  broker({
    kind: "became-leader",
    broker: brokerId(id),
    partition: placeOf(place).partition,
    leaderEpoch: leaderEpoch(epoch),
    partitionEpoch: partitionEpoch(epoch),
    isr: [1, 2, 3].map(brokerId),
    epochStartOffset: offset(placeOf(place).offset),
  });
export const watermark = (id: number, place: string, how: "advanced" | "followed" = "advanced"): Told => {
  const { offset: at, partition } = placeOf(place);
  return broker({ kind: `high-watermark-${how}`, broker: brokerId(id), partition, highWatermark: offset(at) });
};
export const fetchRefused = (follower: number, error: ErrorName): Told =>
  broker({
    kind: "fetch-refused",
    broker: brokerId(1),
    partition: partitionOf("orders-0"),
    follower: brokerId(follower),
    brokerEpoch: 1,
    requestedEpoch: leaderEpoch(1),
    fetchOffset: offset(0),
    error,
  });
const readFrom = { partition: partitionOf("orders-0"), requestedEpoch: leaderEpoch(1), fetchOffset: offset(0) };
/** Leader 2 sends a consumer to another replica. */
export const redirected = (replica: number): Told =>
  broker({ kind: "consumer-redirected", broker: brokerId(2), ...readFrom, replica: brokerId(replica) });
export const servedByFollower: Told = broker({
  kind: "consumer-served-by-follower",
  broker: brokerId(1),
  ...readFrom,
  endOffset: offset(1),
});
export const settled = (error: ErrorName): Told => {
  const at = { broker: brokerId(1), partition: partitionOf("orders-0") };
  return broker({ kind: "append-settled", ...at, baseOffset: offset(0), endOffset: offset(1), error });
};
export const isrRefused = (error: ErrorName = "INELIGIBLE_REPLICA"): Told =>
  broker({
    kind: "isr-refused",
    controllerEpoch: 1,
    broker: brokerId(1),
    brokerEpoch: 1,
    partition: partitionOf("orders-0"),
    leaderEpoch: leaderEpoch(1),
    partitionEpoch: partitionEpoch(1),
    isr: [1, 2].map(brokerId),
    brokerEpochs: [-1, 1],
    error,
  });
export const up = (id: number): Told => broker({ kind: "broker-up", broker: brokerId(id) });
export const fenced = (id: number): Told => broker({ kind: "broker-fenced", broker: brokerId(id), controllerEpoch: 1 });
export const controllerElected = (id: number, epoch: number): Told =>
  broker({ kind: "controller-elected", broker: brokerId(id), epoch });
export const logStart = (kind: "log-start-advanced" | "log-restarted"): Told => {
  const at = { broker: brokerId(1), partition: partitionOf("orders-0"), logStart: offset(1) };
  return kind === "log-restarted" ? broker({ kind, ...at, why: "out-of-range" }) : broker({ kind, ...at, why: "delete-records" });
};
export const compacted: Told = broker({
  kind: "log-compacted",
  broker: brokerId(1),
  partition: partitionOf("orders-0"),
  removed: [offset(0)],
});
const offsetsLog = partitionOf("__consumer_offsets-0");
/** A broker has cleaned its log of committed offsets. */
export const cleanedOffsets = (id: number): Told =>
  broker({ kind: "log-compacted", broker: brokerId(id), partition: offsetsLog, removed: [offset(0)] });
export const buried: Told = broker({
  kind: "tombstones-removed",
  broker: brokerId(1),
  partition: partitionOf("orders-0"),
  removed: [offset(1)],
});
export const buriedMarker: Told = broker({
  kind: "markers-removed",
  broker: brokerId(1),
  partition: partitionOf("orders-0"),
  removed: [offset(1)],
});
/** A follower has copied a tombstone that its leader's cleaner had met. */
export const copiedTombstone: Told = broker({
  kind: "follower-appended",
  broker: brokerId(2),
  partition: partitionOf("orders-0"),
  batch: { ...batchAt("orders-0@1", 0, ["s2"]), tombstones: [offset(1)], deleteHorizonMs: 900 },
});
/** A follower has copied a batch of two records of which a cleaner had removed the first. */
export const copiedCleaned: Told = broker({
  kind: "follower-appended",
  broker: brokerId(2),
  partition: partitionOf("orders-0"),
  batch: { ...batchAt("orders-0@0", 0, ["s2"]), cleaned: { length: 2, offsets: [offset(1)] } },
});
export const rolled = (id: number): Told =>
  broker({ kind: "segment-rolled", broker: brokerId(id), partition: partitionOf("orders-0"), baseOffset: offset(1) });

const ofGroup = (id: number): { readonly broker: ReturnType<typeof brokerId>; readonly group: string } => ({
  broker: brokerId(id),
  group: "billing",
});
/** A broker has become the coordinator of `billing`, of which that log has nothing. */
export const loaded = (id: number): Told =>
  broker({ kind: "group-loaded", ...ofGroup(id), log: offsetsLog, generation: generation(0), members: [], offsets: [] });
export const rebalances = (id: number): Told => broker({ kind: "rebalance-started", ...ofGroup(id) });
/** A coordinator took an offset of the group that is part of a transaction of producer 7; or of none. */
export const took = (id: number, inTransaction: boolean): Told =>
  broker({
    kind: "commit-accepted",
    ...ofGroup(id),
    member: memberId("c1-id"),
    generation: generation(1),
    offsets: [doubted],
    at: { partition: partitionOf("__consumer_offsets-0"), offset: offset(0), leaderEpoch: leaderEpoch(0) },
    ...(inTransaction && { producerId: producerId(7) }),
  });
const doubted = { partition: partitionOf("orders-0"), offset: offset(1) };
export const offsetsEnded = (id: number, outcome: "commit" | "abort"): Told =>
  broker({ kind: "transactional-offsets-ended", ...ofGroup(id), producerId: producerId(7), outcome, offsets: [doubted] });
/** The same, of which the log has an offset in doubt. */
export const loadedInDoubt = (id: number): Told => ({ ...loaded(id), pending: [doubted] }) as Told;
export const stable = (id: number): Told =>
  broker({ kind: "group-stabilised", ...ofGroup(id), generation: generation(1), assignment: [] });
export const removed = (why: EventOf<"member-removed">["why"]): Told =>
  broker({ kind: "member-removed", ...ofGroup(1), member: memberId("c1-id"), why });
/** Static member `desk` is back as another process. */
export const replaced = (state: string): Told => {
  const ids = { former: memberId("c1-id"), member: memberId("c1-id-2") };
  return broker({ kind: "member-replaced", ...ofGroup(1), ...ids, client: "c1", instance: "desk", state });
};

/** The controllers have these ISRs of a partition, one after the other, all in one epoch. */
export const changes = (partition: string, ...isrs: readonly (readonly number[])[]): readonly Told[] =>
  isrs.map((isr) => changed(partition, { leader: 1, epoch: 0, isr }));
/** Broker 1 leads a partition, and then broker 2. */
export const elections = (partition: string): readonly Told[] =>
  [1, 2].map((leader) => changed(partition, { leader, epoch: leader, isr: [1, 2] }));

export interface Cases {
  readonly seen: readonly (readonly Told[])[];
  readonly notSeen: readonly (readonly Told[])[];
}

/** Tests that each situation is seen in its histories, and not in those that come close. */
export function testSightings(sightings: readonly Sighting[], cases: Readonly<Record<string, Cases>>): void {
  test("there are cases for each situation", () => {
    expect(Object.keys(cases).toSorted()).toEqual(sightings.map(({ id }) => id).toSorted());
  });

  const named = sightings.map((sighting) => [sighting.id, sighting] as const);
  test.each(named)("%s is seen where it happened, and not where something came close", (id, sighting) => {
    const { notSeen, seen } = cases[id]!;
    const isSeen = (events: readonly Told[]): boolean => sighting.wasSeen(factsOf(historyOf(events)));
    expect(seen.map(isSeen)).toEqual(seen.map(() => true));
    expect(notSeen.map(isSeen)).toEqual(notSeen.map(() => false));
    expect(seen.length * notSeen.length).toBeGreaterThan(0);
    expect(isSeen([])).toBe(false);
  });
}
