import { checkEndpoint } from "../draw-target.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { drawEnds, injectOnLink } from "../links.ts";

/** The classic ambiguity for everything in flight at once: was it handled or not? */
export const resetConnections: FaultDefinition<FaultOf<"reset-connections">> = {
  sentence: "All connections between two hosts break; requests on their way are lost, or handled without an answer.",
  family: "requests",
  generate: (draw, options) => ({
    kind: "reset-connections",
    ...drawEnds(draw, options),
    requests: draw.pick(["lost", "handled"]),
  }),
  check: ({ from, to }, options) => checkEndpoint(from, options) ?? checkEndpoint(to, options),
  inject: (fault, view) =>
    injectOnLink(fault, view, (from, to) => ({
      commands: [{ kind: "reset-connections", from, to, requests: fault.requests }],
      heal: [],
    })),
};
