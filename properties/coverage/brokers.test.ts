import { changed, down } from "../hand-made-history.ts";
import { brokerSightings } from "./brokers.ts";
import { testSightings, up } from "./hand-made-brokers.ts";

const ledByOne = changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] });
const offsetsLedByOne = changed("__consumer_offsets-0", { leader: 1, epoch: 0, isr: [1, 2] });

testSightings(brokerSightings, {
  "power-was-lost": { seen: [[down(1, "power-lost")]], notSeen: [[down(1, "killed"), down(2, "stopped")]] },
  "leader-lost-power": {
    seen: [[ledByOne, down(1, "power-lost")]],
    notSeen: [
      [ledByOne, down(2, "power-lost")],
      [ledByOne, down(1, "killed")],
      [offsetsLedByOne, down(1, "power-lost")],
      [ledByOne, changed("orders-0", { leader: 2, epoch: 1, isr: [2] }), down(1, "power-lost")],
    ],
  },
  "all-brokers-down": {
    seen: [
      [down(1), down(2), down(3)],
      [down(1), up(1), down(2), down(3), down(1)],
    ],
    notSeen: [
      [down(1), down(2), up(1), down(3)],
      [down(1), down(2)],
      [down(1), up(1), down(1), up(1), down(1)],
    ],
  },
  "restarted-uncleanly-in-the-isr": {
    seen: [[ledByOne, down(2), up(2)]],
    notSeen: [
      [ledByOne, down(2)],
      [ledByOne, down(2, "stopped"), up(2)],
      [ledByOne, down(3), up(3)],
      [ledByOne, down(2), changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), up(2)],
      [offsetsLedByOne, down(2), up(2)],
    ],
  },
});
