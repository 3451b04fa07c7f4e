import { expect, test } from "vitest";
import { brokerId, leaderEpoch, offset, partitionEpoch } from "../../model/ids.ts";
import {
  broker,
  changed,
  down,
  historyOf,
  injected,
  partitionOf,
  produceRefused,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import type { Shape, Told } from "../hand-made-history.ts";
import { acksWaitForTheIsrOnly } from "./acks-wait-for-the-isr-only.ts";

const orders = partitionOf("orders-0");
const at1 = { broker: brokerId(1), partition: orders };
const idsOf = (numbers: readonly number[]) => numbers.map(brokerId);

/** Broker 1 takes office with this ISR, and the controllers have put everybody else out for good reason. */
const leads = (...isr: readonly number[]): readonly Told[] => [
  broker({ kind: "became-leader", ...at1, ...versions(1), isr: idsOf(isr), epochStartOffset: offset(0) }),
];
const versions = (version: number) => ({ leaderEpoch: leaderEpoch(1), partitionEpoch: partitionEpoch(version) });
const everybody = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] });
const isr = (...members: readonly number[]): Told => changed("orders-0", { leader: 1, epoch: 1, isr: members });
const leaves = (id: number): Told => broker({ kind: "broker-shutting-down", broker: brokerId(id), controllerEpoch: 1 });
const back = (id: number): Told => broker({ kind: "broker-unfenced", broker: brokerId(id), controllerEpoch: 1 });
const batch = {
  baseOffset: offset(0),
  leaderEpoch: leaderEpoch(1),
  producerId: -1 as never,
  producerEpoch: -1,
  baseSequence: -1,
  values: ["s1"],
};
const appends = (acks = -1): Told => broker({ kind: "leader-appended", ...at1, batch, acks });
const has = (follower: number, fetchOffset = 1): Told => {
  const epochs = { requestedEpoch: leaderEpoch(1), lastFetchedEpoch: leaderEpoch(1) };
  return broker({
    kind: "fetch-accepted",
    ...at1,
    ...epochs,
    follower: brokerId(follower),
    brokerEpoch: 1,
    fetchOffset: offset(fetchOffset),
  });
};
const settles: Told = broker({ kind: "append-settled", ...at1, baseOffset: offset(0), endOffset: offset(1), error: "NONE" });
const proposes = (...members: readonly number[]): Told =>
  broker({ kind: "isr-proposed", ...at1, isr: idsOf(members), brokerEpochs: members.map(() => 1) });
const adopts = (version: number, ...members: readonly number[]): Told =>
  broker({ kind: "isr-adopted", ...at1, isr: idsOf(members), partitionEpoch: partitionEpoch(version) });
/** So many milliseconds go by: an event takes one. */
const wait = (ms: number): readonly Told[] =>
  Array.from({ length: ms }, () => produceRefused(2, "orders-1", "NOT_LEADER_OR_FOLLOWER"));

const without3 = [everybody, leaves(3), isr(1, 2), leads(1, 2)].flat();
type Events = readonly (Told | readonly Told[])[];
const verdict = (events: Events, shape: Shape = {}) => told(verdictOn(acksWaitForTheIsrOnly, historyOf(...events), shape));

test("it holds where the leader answers soon after the ISR has the record, though somebody has just shut down", () => {
  expect(verdict([without3, appends(), wait(1500), has(2), settles])).toBe("holds for 1");
  expect(verdict([without3, appends(), has(2), wait(999), settles])).toBe("holds for 1");
});

test("a record that waits on when the whole ISR has it waits for one that will not come", () => {
  expect(verdict([without3, appends(), has(2), wait(1000), settles])).toEqual({
    violated: [
      ["Records of orders-0 from offset 0 on were still waiting 1001 ms after the whole ISR had fetched them.", [4, 5, 1006]],
    ],
  });
  // Nobody has been answered at all.
  expect(verdict([without3, appends(), has(2), wait(1001)])).toMatchObject({ violated: [[expect.anything(), [4, 5]]] });
});

test("the ISR may have changed while the record was waiting", () => {
  const smaller = [everybody, leads(1, 2, 3), appends(), has(2), leaves(3), isr(1, 2), wait(1500), adopts(1, 1, 2)].flat();
  expect(verdict([smaller, settles])).toBe("holds for 1");
  expect(verdict([smaller, wait(1001), settles])).toMatchObject({ violated: [[expect.anything(), [2, 1506, 2508]]] });
});

const cases: readonly (readonly [string, Events, Shape?])[] = [
  ["a member of the ISR lacks the record", [without3, appends(), has(2, 0), wait(1500), settles]],
  ["somebody is proposed for the ISR and lacks it", [without3, proposes(1, 2, 3), appends(), has(2), wait(1500), settles]],
  ["the ISR is too small", [without3, appends(), has(2), wait(1500), settles], { topic: { "min.insync.replicas": 3 } }],
  [
    "a replica left the ISR because it was slow: it may be about to join",
    [everybody, isr(1, 2), leads(1, 2), appends(), has(2), wait(1500), settles],
  ],
  ["who had left is back in service", [without3, back(3), appends(), has(2), wait(1500), settles]],
  ["who had left comes back meanwhile", [without3, appends(), has(2), wait(900), back(3), wait(900), settles]],
  [
    "the leader has not heard of it",
    [
      everybody,
      leads(1, 2),
      leaves(3),
      changed("orders-0", { leader: 1, epoch: 2, isr: [1, 2] }),
      appends(),
      has(2),
      wait(1500),
      settles,
    ],
  ],
  ["the producer does not wait", [without3, appends(1), has(2), wait(1500)]],
  ["the leader dies", [without3, appends(), has(2), down(1), wait(1500)]],
  [
    "somebody stands still, and it may be the leader",
    [without3, appends(), has(2), injected("pause-broker"), wait(1500), settles],
  ],
  ["brokers tell nothing", [injected("stop-broker")]],
];

test.each(cases.map(([where, events, shape = {}]) => [where, events, shape] as const))(
  "nothing can be said where %s",
  (_where, events, shape) => {
    expect(verdict(events, shape)).toBe("unknown");
  },
);
