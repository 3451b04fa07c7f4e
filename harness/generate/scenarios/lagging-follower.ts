import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** It may be on its way back into the ISR, or there already, when it is needed. */
export const laggingFollower: Scenario = {
  id: "lagging-follower",
  sentence: "A follower that was cut off for a while has just begun to catch up when the leader dies.",
  kinds: ["isolate-broker", "kill-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { beforeSend, partition } = drawAim(draw, scene);
    const away = { kind: "isolate-broker", target: `followerOf(${partition}, 0)`, from: "brokers" } as const;
    return [
      fault(1, beforeSend, away),
      heal(1, afterStep("f1", draw.chance(0.5) ? draw.integer(1500, 3500) : soonMs(draw, 11))),
      fault(2, afterStep("h1", soonMs(draw, 8)), { kind: "kill-broker", target: `leaderOf(${partition})` }),
      heal(2, afterStep("f2", soonMs(draw, 12))),
    ];
  },
};
