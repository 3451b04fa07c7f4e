import { drawAim } from "./aim.ts";
import { afterStep, drawShutdownMs, fault, hasReplicas, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The preferred replica is alive again and asked to lead, while it may still lack records. */
export const leadershipBack: Scenario = {
  id: "leadership-back",
  sentence: "A leader dies, comes back, and is to lead again at once; it may not have been able to catch up.",
  kinds: ["kill-broker", "stop-broker", "cut-link", "elect-leader"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const kind = draw.pick(["kill-broker", "stop-broker"] as const);
    const target = `leaderOf(${partition})`;
    const awayMs = kind === "kill-broker" ? pastSessionMs(draw, scene.options) : drawShutdownMs(draw, scene.options);
    const isCutOff = draw.chance(0.5);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind, target }),
      // Its successor leads: of the followers the one that comes first is the preferred replica.
      ...(isCutOff
        ? [fault(2, afterStep("f1", awayMs), { kind: "cut-link", from: target, to: `followerOf(${partition}, 0)` })]
        : []),
      heal(1, isCutOff ? afterStep("f2", 0) : afterStep("f1", awayMs)),
      fault(3, afterStep("h1", soonMs(draw, 8)), { kind: "elect-leader", partition }),
      fault(4, afterStep("f3", soonMs(draw, 9)), { kind: "elect-leader", partition }),
      ...(isCutOff ? [heal(2, afterStep("f4", soonMs(draw, 11)))] : []),
    ];
  },
};
