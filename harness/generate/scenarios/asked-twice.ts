import { drawAim } from "./aim.ts";
import { afterStep, drawShutdownMs, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Two administrators see that the preferred leader does not lead. Whoever comes second comes too late. */
export const askedTwice: Scenario = {
  id: "asked-twice",
  sentence: "A leader is restarted in good order, and two administrators have it elected again at the same time.",
  kinds: ["stop-broker", "elect-leader"],
  isSeldom: true,
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind: "stop-broker", target: `leaderOf(${partition})` }),
      heal(1, afterStep("f1", 500 + drawShutdownMs(draw, scene.options))),
      fault(2, afterStep("h1", 1500 + soonMs(draw, 10)), { kind: "elect-leader", partition }),
      fault(3, afterStep("f2", draw.pick([0, 0, 1])), { kind: "elect-leader", partition }),
    ];
  },
};
