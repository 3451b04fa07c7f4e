import { faultDefinitions } from "../../../fault-injection/catalogue.ts";
import { defaultBrokerSettings, withDefaults } from "../../../model/settings.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * It goes on telling the others that it leads. What it has just decided has reached them, so that they give it up later than it
 * gives up itself.
 */
export const deposedController: Scenario = {
  id: "deposed-controller",
  sentence:
    "A controller hears the other controllers no more, decides something, and they elect another one while they hear it.",
  kinds: ["isolate-broker", "reassign-partition"],
  isPossible: ({ brokers }) => brokers > 2,
  generate: (draw, scene) => {
    const { afterAck, beforeSend } = drawAim(draw, scene, 1);
    const settings = withDefaults(defaultBrokerSettings, scene.options.brokerConfig);
    const fetchTimeoutMs = settings["controller.quorum.fetch.timeout.ms"];
    const move = faultDefinitions["reassign-partition"].generate(draw.fork("move"), scene.options);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), {
        kind: "isolate-broker",
        target: "controller",
        from: "brokers",
        oneWay: "in",
      }),
      fault(2, afterStep("f1", draw.integer(1, 50)), move),
      heal(1, afterStep("f1", 3 * fetchTimeoutMs + draw.integer(0, fetchTimeoutMs))),
    ];
  },
};
