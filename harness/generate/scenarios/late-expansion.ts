import type { Draw } from "../../../model/random.ts";
import type { TrialOptions } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, brokerSessionMs, fault, hasReplicas, heal, pastLagMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The ISR that is asked for was right when it was asked for: of the process that had caught up nothing is left. */
export const lateExpansion: Scenario = {
  id: "late-expansion",
  sentence: "A follower has caught up and loses power while the leader's request to count it in again is held up.",
  kinds: ["isolate-broker", "delay-request", "power-off-broker", "kill-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { beforeSend, partition } = drawAim(draw, scene);
    const follower = `followerOf(${partition}, 0)`;
    const leader = `leaderOf(${partition})`;
    // A broker that lost power is registered again only when its session is over, and so the leader has asked twice by then.
    const ask = { kind: "delay-request", from: leader, api: "AlterPartition" } as const;
    // It goes on sending heartbeats, so that it is the leader that counts it out and in; it lacks what it has lost.
    const away = { kind: "isolate-broker", target: follower, from: "brokers", listener: "broker" } as const;
    return [
      fault(1, beforeSend, away),
      fault(2, afterStep("f1", pastLagMs(draw, scene.options)), { ...ask, delayMs: heldUpMs(draw, scene.options) }),
      fault(3, afterStep("f2", 0), { ...ask, delayMs: heldUpMs(draw, scene.options) }),
      heal(1, afterStep("f3", 0)),
      fault(4, afterStep("h1", soonMs(draw, 8)), { kind: "power-off-broker", target: follower }),
      fault(5, afterStep("f4", 0), away),
      heal(4, afterStep("f5", soonMs(draw, 7))),
      fault(6, afterStep("h4", brokerSessionMs(scene.options) + soonMs(draw, 11)), { kind: "kill-broker", target: leader }),
      heal(5, afterStep("f6", soonMs(draw, 11))),
      heal(6, afterStep("h5", soonMs(draw, 12))),
    ];
  },
};

const heldUpMs = (draw: Draw, options: TrialOptions): number => brokerSessionMs(options) + soonMs(draw, 10);
