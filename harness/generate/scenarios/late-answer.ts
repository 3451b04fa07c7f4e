import { drawAim } from "./aim.ts";
import { afterStep, canWrite, drawShutdownMs, fault, hasReplicas, heal, soonMs, write } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * What the leader of the short term answered reaches a leader: it must not cut what it has acknowledged since. And two replicas
 * hold records of different terms at one offset, so that only the terms tell which of them is right.
 */
export const lateAnswer: Scenario = {
  id: "late-answer",
  sentence:
    "A leader hands over with a record of its own, leads again soon, and only then hears what it was answered as a follower.",
  kinds: ["stop-broker", "kill-broker", "cut-link", "elect-leader"],
  isPossible: (options) => canWrite(options) && hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    const leave = draw.pick(["stop-broker", "stop-broker", "kill-broker"] as const);
    // By now the second replica leads, and the preferred one is back in the ISR: it is the follower that comes first.
    const returned = afterStep("h1", 1500 + soonMs(draw, 10));
    // A fetch that waits at the leader when the link is cut takes one more record along; later ones do not come through.
    const hasGoneQuiet = 500 + soonMs(draw, 8);
    return [
      fault(1, { ms: soonMs(draw, 8) }, { kind: "stop-broker", target }),
      heal(1, afterStep("f1", drawShutdownMs(draw, scene.options))),
      write(1, returned, draw.pick(scene.options.producers), partition),
      fault(2, afterStep("w1", 50 + soonMs(draw, 9)), {
        kind: "cut-link",
        from: `followerOf(${partition}, 0)`,
        to: target,
        oneWay: true,
      }),
      write(2, afterStep("f2", hasGoneQuiet), draw.pick(scene.options.producers), partition),
      fault(3, afterStep("w2", 5 + soonMs(draw, 6)), { kind: "elect-leader", partition }),
      fault(4, afterStep("f3", 5 + soonMs(draw, 8)), { kind: leave, target }),
      ...(draw.chance(0.7)
        ? [write(3, afterStep("f4", 500 + soonMs(draw, 9)), draw.pick(scene.options.producers), partition)]
        : []),
      heal(2, afterStep("f4", draw.integer(500, 1700))),
      heal(4, afterStep("h2", soonMs(draw, 11))),
    ];
  },
};
