import { checkClient, drawClient } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/** SIGSTOP of a client: its session may end without its knowledge, and it goes on where it stood. */
export const pauseClient: FaultDefinition<FaultOf<"pause-client">> = {
  sentence: "A producer or a group member stands still, and goes on later as if nothing had happened.",
  family: "client",
  generate: (draw, options) => {
    const client = drawClient(draw, options);
    return { kind: "pause-client", client, ...(draw.fork("clock").chance(0.3) && { clock: "jumps" }) };
  },
  check: ({ client }, options) => checkClient(client, options),
  inject: ({ client, clock }, view) => {
    const state = view.clients.get(client);
    if (state !== "up") return skipped(`client ${client} is ${state ?? "not there"}`);
    return {
      kind: "injected",
      commands: [{ kind: clock === undefined ? "pause-client" : "suspend-client", client }],
      heal: [{ kind: "resume-client", client }],
      resolved: [`client ${client}`],
    };
  },
};
