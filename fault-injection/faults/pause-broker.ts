import type { Command } from "../command.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** SIGSTOP of a broker, as by a long garbage collection: what makes a zombie leader. */
const standStill: FaultDefinition<FaultOf<"pause-broker">> = onBroker({
  kind: "pause-broker",
  family: "pause",
  sentence: "A broker stands still with its connections open, and does not know it when it goes on.",
  heal: "resume-broker",
});

export const pauseBroker: FaultDefinition<FaultOf<"pause-broker">> = {
  ...standStill,
  generate: (draw, options) => {
    const fault = standStill.generate(draw, options);
    return draw.fork("clock").chance(0.3) ? { ...fault, clock: "jumps" } : fault;
  },
  inject: (fault, view) => {
    const injection = standStill.inject(fault, view);
    if (fault.clock === undefined || injection.kind === "skipped") return injection;
    const commands = injection.heal.flatMap((heal): readonly Command[] =>
      heal.kind === "resume-broker" ? [{ kind: "suspend-broker", broker: heal.broker }] : [],
    );
    return { ...injection, commands };
  },
};
