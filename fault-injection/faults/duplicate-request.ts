import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { onRequest } from "./on-request.ts";

/** A connection breaks behind a request: its sender sends it again, and the broker is asked twice. */
export const duplicateRequest: FaultDefinition<FaultOf<"duplicate-request">> = onRequest(
  "duplicate-request",
  "The connection of the next request of one kind breaks behind it, so that it is sent again; both of them arrive.",
);
