import { drawAim } from "./aim.ts";
import { afterStep, drawShutdownMs, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The leader it comes back to is the one it knows, and its fetches are for a term that is over. */
export const missedTerms: Scenario = {
  id: "missed-terms",
  sentence: "A follower is away while its leader is restarted, loses the leadership and gets it back.",
  kinds: ["isolate-broker", "pause-broker", "cut-link", "kill-broker", "stop-broker", "elect-leader"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const target = `followerOf(${partition}, 0)`;
    const away = draw.weighted([
      [3, { kind: "isolate-broker", target, from: "brokers" }],
      [2, { kind: "pause-broker", target }],
      [1, { kind: "cut-link", from: target, to: "controller" }],
    ] as const);
    const kind = draw.pick(["kill-broker", "kill-broker", "stop-broker"] as const);
    const downMs = kind === "kill-broker" ? soonMs(draw, 8) : drawShutdownMs(draw, scene.options);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), away),
      fault(2, afterStep("f1", soonMs(draw, 8)), { kind, target: `leaderOf(${partition})` }),
      heal(2, afterStep("f2", downMs)),
      fault(3, afterStep("h2", soonMs(draw, 9)), { kind: "elect-leader", partition }),
      fault(4, afterStep("f3", soonMs(draw, 10)), { kind: "elect-leader", partition }),
      heal(1, afterStep("f4", soonMs(draw, 11))),
    ];
  },
};
