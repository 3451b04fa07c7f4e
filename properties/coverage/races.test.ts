import { brokerId } from "../../model/ids.ts";
import { broker, changed, partitionOf, truncated } from "../hand-made-history.ts";
import type { Told } from "../hand-made-history.ts";
import { copied, led, testSightings, tookOffice } from "./hand-made-brokers.ts";
import { raceSightings } from "./races.ts";

const registered = (id: number, brokerEpoch: number): Told =>
  broker({ kind: "broker-registered", broker: brokerId(id), brokerEpoch, fenced: true, isUnclean: true, controllerEpoch: 1 });
const fetched = (follower: number, brokerEpoch: number): Told => {
  const at = { broker: brokerId(1), partition: partitionOf("orders-0") };
  const { batch } = led(1, "orders-0@0", 0) as Told & { readonly kind: "leader-appended" };
  const { baseOffset: fetchOffset, leaderEpoch: requestedEpoch } = batch;
  const position = { requestedEpoch, lastFetchedEpoch: requestedEpoch, fetchOffset };
  return broker({ kind: "fetch-accepted", ...at, follower: brokerId(follower), brokerEpoch, ...position });
};
const proposed = (id: number, partition = "orders-0"): Told =>
  broker({ kind: "isr-proposed", broker: brokerId(id), partition: partitionOf(partition), isr: [brokerId(id)], brokerEpochs: [-1] });
const leaves = (id: number): Told => broker({ kind: "broker-shutting-down", broker: brokerId(id), controllerEpoch: 1 });
/** Time goes by: a millisecond an event. */
const later = (ms: number): readonly Told[] => Array.from({ length: ms }, () => truncated(3, "orders-1@0"));

const tail = led(1, "orders-0@0", 0, "s1", "s2");
const back = [tookOffice(2, "orders-0@1", 1), tookOffice(1, "orders-0@2", 2)];
const ledByTwo = changed("orders-0", { leader: 2, epoch: 3, isr: [1, 2, 3] });
const without3 = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] });

testSightings(raceSightings, {
  "led-again-with-own-tail": {
    seen: [[tail, ...back]],
    notSeen: [
      [tail, tookOffice(2, "orders-0@2", 1), tookOffice(1, "orders-0@2", 2)],
      [tail, tookOffice(2, "orders-0@1", 1), truncated(1, "orders-0@1"), tookOffice(1, "orders-0@1", 2)],
      // What it cut it has not kept, though its log is as long again.
      [tail, tookOffice(2, "orders-0@1", 1), truncated(1, "orders-0@1"), copied(1, "orders-0@1", 1, "s3"), tookOffice(1, "orders-0@2", 2)],
      [tail, tookOffice(2, "orders-0@1", 1), tookOffice(3, "orders-0@1", 2)],
      [tail, tookOffice(2, "orders-1@1", 1), tookOffice(1, "orders-0@2", 2)],
    ],
  },
  "later-term-truncated": {
    seen: [[led(2, "orders-0@0", 1, "s1"), led(1, "orders-0@0", 2, "s2"), ledByTwo, truncated(1, "orders-0@0")]],
    notSeen: [
      [led(2, "orders-0@0", 1, "s1"), led(1, "orders-0@0", 2, "s2"), ledByTwo, led(2, "orders-0@1", 3, "s3"), truncated(1, "orders-0@0")],
      [led(2, "orders-0@0", 1, "s1"), led(1, "orders-0@0", 0, "s2"), ledByTwo, truncated(1, "orders-0@0")],
      [led(2, "orders-0@0", 1, "s1"), led(1, "orders-0@0", 2, "s2"), ledByTwo, truncated(1, "orders-0@1")],
      [led(2, "orders-0@0", 1, "s1"), led(1, "orders-0@0", 2, "s2"), ledByTwo, truncated(2, "orders-0@0")],
    ],
  },
  "former-process-heard": {
    seen: [[registered(2, 9), fetched(2, 4)]],
    notSeen: [[fetched(2, 4), registered(2, 9)], [registered(2, 9), fetched(2, 9)], [registered(3, 9), fetched(2, 4)]],
  },
  "isr-proposed-on-the-heels": {
    seen: [[proposed(1), proposed(1)], [proposed(1), later(28), proposed(1)].flat()],
    notSeen: [[proposed(1), proposed(2)], [proposed(1), proposed(1, "orders-1")], [proposed(1), later(30), proposed(1)].flat()],
  },
  "written-after-controlled-shutdown": {
    seen: [[leaves(3), without3, led(1, "orders-0@0", 0, "s1")]],
    notSeen: [
      [without3, led(1, "orders-0@0", 0, "s1"), leaves(3)],
      [leaves(3), changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }), led(1, "orders-0@0", 0, "s1")],
      [leaves(3), without3, later(1000), led(1, "orders-0@0", 0, "s1")].flat(),
      [leaves(3), changed("__consumer_offsets-0", { leader: 1, epoch: 0, isr: [1, 2] }), led(1, "__consumer_offsets-0@0", 0, "s1")],
      [leaves(1), changed("orders-0", { leader: 2, epoch: 1, isr: [2, 3] }), led(1, "orders-0@0", 0, "s1")],
    ],
  },
});
