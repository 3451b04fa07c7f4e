import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Each has lost what it had not flushed, and must not be counted on for it before it has fetched it again. */
export const powerInTurns: Scenario = {
  id: "power-in-turns",
  sentence: "One follower after the other loses power and is started again soon.",
  kinds: ["power-off-broker"],
  isPossible: (options) => hasReplicas(options, 3),
  generate: (draw, scene) => {
    const { afterAck, partition } = drawAim(draw, scene, 3);
    const [first, second] = draw.pick([
      [0, 1],
      [1, 0],
    ]);
    return [
      fault(1, afterAck, { kind: "power-off-broker", target: `followerOf(${partition}, ${first})` }),
      heal(1, afterStep("f1", soonMs(draw, 9))),
      fault(2, afterStep("h1", soonMs(draw, 11)), { kind: "power-off-broker", target: `followerOf(${partition}, ${second})` }),
      heal(2, afterStep("f2", soonMs(draw, 9))),
    ];
  },
};
