import { defaultBrokerSettings, withDefaults } from "../../../model/settings.ts";
import { drawAim } from "./aim.ts";
import { afterStep, brokerSessionMs, fault, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The heartbeat has to be on its way for as long as it takes to register once more: that is refused until the session has ended. */
export const lateHeartbeat: Scenario = {
  id: "late-heartbeat",
  sentence: "A heartbeat is held up until its sender has been killed, and another process of that broker has registered.",
  kinds: ["delay-request", "kill-broker"],
  isSeldom: true,
  isPossible: ({ brokers }) => brokers > 2,
  generate: (draw, scene) => {
    const { afterAck, beforeSend } = drawAim(draw, scene, 1);
    const broker = `broker ${draw.integer(1, scene.options.brokers)}`;
    const settings = withDefaults(defaultBrokerSettings, scene.options.brokerConfig);
    const sentMs = settings["broker.heartbeat.interval.ms"] + soonMs(draw, 5);
    const delayMs = sentMs + brokerSessionMs(scene.options) + 500 + soonMs(draw, 10);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind: "delay-request", from: broker, api: "BrokerHeartbeat", delayMs }),
      fault(2, afterStep("f1", sentMs), { kind: "kill-broker", target: broker }),
      heal(2, afterStep("f2", soonMs(draw, 9))),
      // Until then the trial goes on.
      heal(1, afterStep("f1", delayMs + 600)),
    ];
  },
};
