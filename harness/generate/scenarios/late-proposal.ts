import { drawAim } from "./aim.ts";
import { afterStep, brokerSessionMs, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The follower leaves in good order, so that it is out of the ISR at once, and the leader asks for it when it is back. */
export const lateProposal: Scenario = {
  id: "late-proposal",
  sentence: "A leader has a returning follower back in the ISR, and is killed and registered again while that is on its way.",
  kinds: ["stop-broker", "delay-request", "kill-broker"],
  isSeldom: true,
  isPossible: (options) => options.brokers > 2 && hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    const killMs = 900 + soonMs(draw, 9);
    const delayMs = killMs + brokerSessionMs(scene.options) + 500 + soonMs(draw, 10);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind: "stop-broker", target: `followerOf(${partition}, 0)` }),
      fault(2, afterStep("f1", 1000 + soonMs(draw, 8)), {
        kind: "delay-request",
        from: target,
        api: "AlterPartition",
        delayMs,
      }),
      heal(1, afterStep("f2", soonMs(draw, 5))),
      fault(3, afterStep("h1", killMs), { kind: "kill-broker", target }),
      heal(3, afterStep("f3", soonMs(draw, 9))),
      // Until then the trial goes on.
      heal(2, afterStep("f2", delayMs + 100)),
    ];
  },
};
