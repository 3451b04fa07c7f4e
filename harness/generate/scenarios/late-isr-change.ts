import type { Fault } from "../../../model/fault.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, pastLagMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The answer to a request of an earlier term reaches a leader that leads again, and has asked for something else meanwhile. */
export const lateIsrChange: Scenario = {
  id: "late-isr-change",
  sentence:
    "A leader's request for another ISR is held up, or sent again, while its leadership goes to another one and comes back.",
  kinds: ["delay-request", "duplicate-request", "isolate-broker", "elect-leader", "stop-broker", "kill-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { beforeSend, partition } = drawAim(draw, scene);
    const leader = `leaderOf(${partition})`;
    const kind = draw.pick(["delay-request", "delay-request", "duplicate-request"] as const);
    const lagMs = pastLagMs(draw, scene.options);
    const away = {
      kind: "isolate-broker",
      target: `followerOf(${partition}, 0)`,
      from: "brokers",
      listener: "broker",
    } as const;
    const moves: Fault = draw.pick([
      { kind: "elect-leader", partition },
      { kind: "stop-broker", target: leader },
      { kind: "kill-broker", target: leader },
    ]);
    const hasDown = moves.kind !== "elect-leader";
    return [
      fault(1, beforeSend, away),
      fault(2, afterStep("f1", 0), { kind, from: leader, api: "AlterPartition", delayMs: soonMs(draw, 12) }),
      heal(1, afterStep("f1", lagMs + soonMs(draw, 9))),
      fault(3, afterStep("f1", lagMs + soonMs(draw, 10)), moves),
      ...(hasDown ? [heal(3, afterStep("f3", soonMs(draw, 11)))] : []),
      fault(4, afterStep(hasDown ? "h3" : "f3", soonMs(draw, 10)), { kind: "elect-leader", partition }),
      fault(5, afterStep("f4", soonMs(draw, 9)), { kind: "elect-leader", partition }),
    ];
  },
};
