import { indexOf } from "../../../model/ids.ts";
import { drawAim } from "./aim.ts";
import { afterStep, brokerSessionMs, canWrite, fault, hasReplicas, heal, soonMs, write } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What a follower had by its own word is not what it has after a power loss, and both words come at once. */
export const formerProcess: Scenario = {
  id: "former-process",
  sentence: "A follower loses power while its last fetch is held back, and its leader hears that one when it is back.",
  kinds: ["cut-link", "power-off-broker", "kill-broker"],
  isPossible: (options) => canWrite(options) && hasReplicas(options, 3),
  generate: (draw, scene) => {
    // Where the leader is the controller as well, the follower cannot register before its link heals. Mostly the first
    // partition is led by the first controller.
    const [first, second] = [drawAim(draw, scene, 3), drawAim(draw, scene, 3)];
    const { partition } = indexOf(first.partition) > 0 ? first : second;
    const follower = `followerOf(${partition}, 0)`;
    const leader = `leaderOf(${partition})`;
    const isSlow = draw.chance(0.7);
    const backMs = brokerSessionMs(scene.options) + 150 + soonMs(draw, 10);
    return [
      // When clients' work is done nothing comes after the record that the follower has and has not told of.
      fault(1, { ms: scene.spanMs + soonMs(draw, 9) }, { kind: "cut-link", from: follower, to: leader, oneWay: true }),
      write(1, afterStep("f1", soonMs(draw, 6)), draw.pick(scene.options.producers), partition),
      fault(2, afterStep("w1", 5 + soonMs(draw, 8)), { kind: "power-off-broker", target: follower }),
      heal(2, afterStep("f2", soonMs(draw, 9))),
      ...(isSlow
        ? [fault(3, afterStep("f2", backMs - 20), { kind: "cut-link", from: leader, to: follower, oneWay: true })]
        : []),
      heal(1, isSlow ? afterStep("f3", 20) : afterStep("f2", backMs)),
      // It dies before the follower has caught up, and whoever is in the ISR may be elected.
      ...(isSlow
        ? [
            fault(4, afterStep("h1", 5 + soonMs(draw, 8)), { kind: "kill-broker", target: leader }),
            heal(3, afterStep("f4", brokerSessionMs(scene.options) + soonMs(draw, 10))),
            heal(4, afterStep("h3", soonMs(draw, 11))),
          ]
        : []),
    ];
  },
};
