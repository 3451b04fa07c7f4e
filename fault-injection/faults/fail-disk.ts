import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onBroker } from "./on-broker.ts";

/** The disk under a broker's only log directory breaks: the next append fails, and the broker with it. */
export const failDisk: FaultDefinition<FaultOf<"fail-disk">> = onBroker({
  kind: "fail-disk",
  family: "disk",
  sentence:
    "A broker's disk fails at the next append, and the broker halts; the disk that takes its place has what was written.",
  heal: "replace-disk",
});
