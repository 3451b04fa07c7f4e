import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** SIGSTOP of a broker, as by a long garbage collection: what makes a zombie leader. */
export const pauseBroker: FaultDefinition<FaultOf<"pause-broker">> = onBroker({
  kind: "pause-broker",
  family: "pause",
  sentence: "A broker stands still with its connections open, and does not know it when it goes on.",
  heal: "resume-broker",
});
