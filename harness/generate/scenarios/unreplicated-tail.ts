import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What the leader alone has must give way when it comes back, and must not be taken for committed before. */
export const unreplicatedTail: Scenario = {
  id: "unreplicated-tail",
  sentence: "A leader that is cut off from the other brokers appends records that no follower has, and dies.",
  kinds: ["isolate-broker", "kill-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    // A follower that hears nothing has nothing; one that cannot ask for more has what was on its way.
    const oneWay = draw.weighted([
      [2, undefined],
      [1, "in" as const],
      [1, "out" as const],
    ]);
    const death = draw.chance(0.3) ? { ...afterAck, ms: 0 } : afterStep("f1", soonMs(draw, 9));
    return [
      fault(1, beforeSend, { kind: "isolate-broker", target, from: "brokers", ...(oneWay !== undefined && { oneWay }) }),
      fault(2, death, { kind: "kill-broker", target }),
      heal(1, afterStep("f1", soonMs(draw, 11))),
      heal(2, afterStep("f2", soonMs(draw, 12))),
    ];
  },
};
