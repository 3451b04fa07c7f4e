import { afterStep, fault, heal, soonMs } from "./scenario.ts";
import { drawAim } from "./aim.ts";
import type { Scenario } from "./scenario.ts";

/** The controller hears of a former process of a broker after its successor has registered, or just before. */
export const lateRegistration: Scenario = {
  id: "late-registration",
  sentence: "A broker that starts has its registration held up, and is killed and started again while it is on its way.",
  kinds: ["delay-request", "kill-broker"],
  isPossible: ({ brokers }) => brokers > 1,
  generate: (draw, scene) => {
    const { afterAck, beforeSend } = drawAim(draw, scene, 1);
    const broker = `broker ${draw.integer(1, scene.options.brokers)}`;
    const heldUp = { kind: "delay-request", from: broker, api: "BrokerRegistration", delayMs: 20 + soonMs(draw, 11) } as const;
    return [
      fault(1, draw.pick([beforeSend, afterAck]), heldUp),
      fault(2, afterStep("f1", 0), { kind: "kill-broker", target: broker }),
      heal(2, afterStep("f2", soonMs(draw, 9))),
      fault(3, afterStep("h2", soonMs(draw, 11)), { kind: "kill-broker", target: broker }),
      heal(3, afterStep("f3", soonMs(draw, 9))),
    ];
  },
};
