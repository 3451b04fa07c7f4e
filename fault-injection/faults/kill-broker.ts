import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** SIGKILL of a broker: an unclean shutdown that keeps the page cache. */
export const killBroker: FaultDefinition<FaultOf<"kill-broker">> = onBroker({
  kind: "kill-broker",
  family: "broker-crash",
  sentence: "A broker's process is killed; what it had written is still in the page cache when it comes back.",
  heal: "start-broker",
});
