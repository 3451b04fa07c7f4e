import { changed, down } from "../hand-made-history.ts";
import { electionSightings } from "./elections.ts";
import {
  changes, controllerElected, elections, fenced, isrRefused, led, testSightings, tookOffice, up, watermark,
} from "./hand-made-brokers.ts";

const eligible = changed("orders-0", { leader: 1, epoch: 0, isr: [1], elr: [2] });

testSightings(electionSightings, {
  "leader-moved": {
    seen: [elections("orders-0")],
    notSeen: [elections("__consumer_offsets-0"), changes("orders-0", [1, 2], [1]), elections("strangers-0")],
  },
  "leader-moved-with-unreplicated-tail": {
    seen: [
      [led(1, "orders-0@0", 0, "s1", "s2"), tookOffice(2, "orders-0@1", 1)],
      [led(1, "orders-0@0", 0, "s1"), tookOffice(2, "orders-0@1", 1), led(2, "orders-0@1", 1, "s2"), tookOffice(3, "orders-0@1", 2)],
    ],
    notSeen: [
      [led(1, "orders-0@0", 0, "s1", "s2"), tookOffice(2, "orders-0@2", 1)],
      [led(1, "orders-0@0", 0, "s1", "s2"), tookOffice(2, "orders-1@1", 1)],
      [led(1, "orders-0@0", 0, "s1", "s2"), tookOffice(1, "orders-0@1", 1)],
      // A zombie appends when its successor is in office already.
      [tookOffice(2, "orders-0@1", 1), led(1, "orders-0@0", 0, "s1", "s2")],
      // What broker 1 had alone was overwritten by broker 2, of which broker 3 has everything.
      [led(1, "orders-0@1", 0, "a", "b", "c"), led(2, "orders-0@1", 1, "d"), tookOffice(3, "orders-0@2", 2)],
    ],
  },
  "elected-twice-without-a-write": {
    seen: [[tookOffice(2, "orders-0@1", 1), tookOffice(3, "orders-0@1", 2)]],
    notSeen: [
      [tookOffice(2, "orders-0@1", 1), led(2, "orders-0@1", 1, "s1"), tookOffice(3, "orders-0@1", 2)],
      [tookOffice(2, "orders-0@1", 1), tookOffice(3, "orders-1@1", 2)],
      // The first leader of a partition was not elected for another one.
      [tookOffice(1, "orders-0@0", 0), tookOffice(2, "orders-0@0", 1)],
      [tookOffice(2, "__consumer_offsets-0@1", 1), tookOffice(3, "__consumer_offsets-0@1", 2)],
    ],
  },
  "unclean-election": {
    seen: [[changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), changed("orders-0", { leader: 2, epoch: 1, isr: [2] })]],
    notSeen: [elections("orders-0")],
  },
  "partition-without-leader": {
    seen: [[changed("orders-0", { leader: -1, epoch: 1, isr: [1] })]],
    notSeen: [elections("orders-0"), [changed("__consumer_offsets-0", { leader: -1, epoch: 1, isr: [1] })]],
  },
  "watermark-behind-after-election": {
    seen: [
      [watermark(1, "orders-0@2"), watermark(2, "orders-0@1", "followed"), tookOffice(2, "orders-0@2", 1)],
      [watermark(1, "orders-0@2"), tookOffice(2, "orders-0@2", 1)],
    ],
    notSeen: [
      [watermark(1, "orders-0@2"), watermark(2, "orders-0@2", "followed"), tookOffice(2, "orders-0@2", 1)],
      [watermark(1, "orders-1@2"), tookOffice(2, "orders-0@2", 1)],
      [watermark(1, "orders-0@2"), tookOffice(1, "orders-0@2", 1)],
      [tookOffice(2, "orders-0@2", 1), watermark(1, "orders-0@2")],
    ],
  },
  "coordinator-moved": {
    seen: [elections("__consumer_offsets-0")],
    notSeen: [elections("orders-0"), changes("__consumer_offsets-0", [1, 2], [1])],
  },
  "controller-moved": {
    seen: [[controllerElected(1, 1), controllerElected(2, 2)]],
    notSeen: [[controllerElected(1, 1)]],
  },
  "controller-moved-before-fencing": {
    seen: [[controllerElected(1, 1), down(3), controllerElected(2, 2), fenced(3)]],
    notSeen: [
      [controllerElected(1, 1), down(3), fenced(3), controllerElected(2, 2)],
      [controllerElected(1, 1), controllerElected(2, 2), down(3), fenced(3)],
      [controllerElected(1, 1), down(3), controllerElected(2, 2), fenced(2)],
      [controllerElected(1, 1), down(3), controllerElected(2, 2), up(3), fenced(3)],
      [controllerElected(1, 1), down(3, "stopped"), controllerElected(2, 2), fenced(3)],
    ],
  },
  "isr-proposal-refused": { seen: [[isrRefused()]], notSeen: [changes("orders-0", [1, 2], [1])] },
  "eligible-leaders-kept": { seen: [[eligible]], notSeen: [changes("orders-0", [1, 2], [1])] },
});
