import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** SIGTERM of a broker: controlled shutdown. */
export const stopBroker: FaultDefinition<FaultOf<"stop-broker">> = onBroker({
  kind: "stop-broker",
  family: "broker-crash",
  sentence: "A broker is stopped in good order; it hands its leaderships over first.",
  heal: "start-broker",
});
