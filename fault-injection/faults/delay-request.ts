import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onRequest } from "./on-request.ts";

/** A request of the past reaches a broker of the present: its sender may have given it up and sent another one. */
export const delayRequest: FaultDefinition<FaultOf<"delay-request">> = onRequest(
  "delay-request",
  "The next request of one kind is held up on its way, and arrives even if its sender has given it up meanwhile.",
);
