import type { After, Step } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Every partition changes its leader, some more than once, and each broker is away while others write. */
export const rollingRestart: Scenario = {
  id: "rolling-restart",
  sentence: "All brokers are restarted one after the other, the next one when the former is back.",
  kinds: ["stop-broker", "kill-broker"],
  isPossible: ({ brokers }) => brokers > 1,
  generate: (draw, scene) => {
    const { brokers } = scene.options;
    const kind = draw.pick(["stop-broker", "stop-broker", "kill-broker"] as const);
    const first = draw.integer(0, brokers - 1);
    const isPatient = draw.chance(0.3);
    const steps: Step[] = [];
    let after: After = drawAim(draw, scene, 1).beforeSend;
    for (let nth = 1; nth <= brokers; nth++) {
      const target = `broker ${((first + nth) % brokers) + 1}`;
      const downMs = isPatient ? pastSessionMs(draw, scene.options) : soonMs(draw, 9);
      steps.push(fault(nth, after, { kind, target }), heal(nth, afterStep(`f${nth}`, downMs)));
      after = afterStep(`h${nth}`, soonMs(draw, 10));
    }
    return steps;
  },
};
