import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** A machine loses power: whatever was not written back to disk is gone. */
export const powerOffBroker: FaultDefinition<FaultOf<"power-off-broker">> = onBroker({
  kind: "power-off-broker",
  family: "power",
  sentence: "A broker's machine loses power; records that were not flushed to disk are gone when it comes back.",
  heal: "start-broker",
});
