import { defaultBrokerSettings, withDefaults } from "../../../model/settings.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** It stands still for long enough to be replaced, and not so long that it has to think so itself when it goes on. */
export const lateRefusal: Scenario = {
  id: "late-refusal",
  sentence: "A controller stands still until another one is elected, and finds a broker's registration when it goes on.",
  kinds: ["pause-broker", "kill-broker"],
  isSeldom: true,
  isPossible: ({ brokers }) => brokers > 2,
  generate: (draw, scene) => {
    const { brokers, brokerConfig } = scene.options;
    const { afterAck, beforeSend } = drawAim(draw, scene, 1);
    const settings = withDefaults(defaultBrokerSettings, brokerConfig);
    const replacedMs = settings["controller.quorum.fetch.timeout.ms"] + 10 + soonMs(draw, 8);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind: "pause-broker", target: "controller" }),
      fault(2, afterStep("f1", soonMs(draw, 7)), { kind: "kill-broker", target: `broker ${draw.integer(1, brokers)}` }),
      heal(2, afterStep("f2", soonMs(draw, 7))),
      heal(1, afterStep("f1", replacedMs)),
    ];
  },
};
