import { drawAim } from "./aim.ts";
import { afterStep, brokerSessionMs, fault, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The next controller knows of the dead broker only what the log says. */
export const controllerDiesWhileFencing: Scenario = {
  id: "controller-dies-while-fencing",
  sentence: "A broker dies, and the controller does as well, before the dead broker is fenced or just after.",
  kinds: ["kill-broker"],
  isPossible: ({ brokers }) => brokers > 2,
  generate: (draw, scene) => {
    const { afterAck, partition } = drawAim(draw, scene, 1);
    const laterMs = draw.chance(0.5)
      ? draw.integer(0, brokerSessionMs(scene.options))
      : brokerSessionMs(scene.options) + draw.integer(-50, 50);
    return [
      fault(1, afterAck, { kind: "kill-broker", target: `leaderOf(${partition})` }),
      fault(2, afterStep("f1", laterMs), { kind: "kill-broker", target: "controller" }),
      heal(2, afterStep("f2", soonMs(draw, 11))),
      heal(1, afterStep("f2", soonMs(draw, 12))),
    ];
  },
};
