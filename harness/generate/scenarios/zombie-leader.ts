import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, pastSessionMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** It holds itself for the leader, some clients and followers do as well, and it learns that it is not, late. */
export const zombieLeader: Scenario = {
  id: "zombie-leader",
  sentence: "A leader stands still, or is heard no more, until another one has been elected; then it comes back.",
  kinds: ["isolate-broker", "pause-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    const what = draw.pick([
      { kind: "pause-broker", target },
      { kind: "isolate-broker", target, from: "brokers", oneWay: "out" },
      { kind: "isolate-broker", target, from: "brokers", oneWay: "in" },
    ] as const);
    return [fault(1, draw.pick([beforeSend, afterAck]), what), heal(1, afterStep("f1", pastSessionMs(draw, scene.options)))];
  },
};
