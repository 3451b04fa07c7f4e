import type { Fault } from "../../../model/fault.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Offsets alone do not tell whose log is right: the longer one is wrong. */
export const longerLogReturns: Scenario = {
  id: "longer-log-returns",
  sentence: "A leader goes on writing while it is cut off, and comes back with a longer log than its successor's.",
  kinds: ["isolate-broker", "kill-broker", "elect-leader"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { beforeSend, partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    const next = draw.pick<Fault | undefined>([
      undefined,
      { kind: "kill-broker", target },
      { kind: "elect-leader", partition },
    ]);
    return [
      fault(1, beforeSend, { kind: "isolate-broker", target, from: "brokers" }),
      heal(1, afterStep("f1", pastSessionMs(draw, scene.options))),
      ...(next === undefined ? [] : [fault(2, afterStep("h1", soonMs(draw, 9)), next)]),
    ];
  },
};
