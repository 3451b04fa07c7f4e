import { topicOf } from "../../../model/ids.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Whoever comes back first lacks what the last in-sync replica has, and must not lead, however long that takes. */
export const downToOne: Scenario = {
  id: "down-to-one",
  sentence: "Replicas leave the ISR one after the other, the last one dies as well, and another one comes back first.",
  kinds: ["kill-broker", "stop-broker"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene);
    const replicas = scene.options.topics.find(({ name }) => name === topicOf(partition))!.replicationFactor;
    const dies = (): "kill-broker" | "stop-broker" => draw.pick(["kill-broker", "stop-broker"]);
    const leave = fault(1, draw.pick([beforeSend, afterAck]), { kind: dies(), target: `followerOf(${partition}, 0)` });
    const lastDies = fault(3, afterStep("f2", soonMs(draw, 11)), { kind: dies(), target: `leaderOf(${partition})` });
    const comeBack = [heal(1, afterStep("f3", soonMs(draw, 9))), heal(3, afterStep("h1", 500 + soonMs(draw, 11)))];
    const outMs = pastSessionMs(draw, scene.options);
    if (replicas === 2) return [leave, { ...lastDies, after: afterStep("f1", outMs) }, ...comeBack];
    return [
      leave,
      fault(2, afterStep("f1", outMs), { kind: dies(), target: `followerOf(${partition}, 1)` }),
      lastDies,
      ...comeBack,
      heal(2, afterStep("h1", soonMs(draw, 12))),
    ];
  },
};
