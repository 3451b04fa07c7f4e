import { checkClient, drawClient } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/** SIGKILL of a client: a member leaves a ghost in its group, a producer does not know what became of its records. */
export const killClient: FaultDefinition<FaultOf<"kill-client">> = {
  sentence: "A producer or a group member is killed; its successor has another identity.",
  family: "client",
  generate: (draw, options) => ({ kind: "kill-client", client: drawClient(draw, options) }),
  check: ({ client }, options) => checkClient(client, options),
  inject: ({ client }, view) => {
    if (view.clients.get(client) === "down") return skipped(`client ${client} is not running`);
    return {
      kind: "injected",
      commands: [{ kind: "kill-client", client }],
      heal: [{ kind: "start-client", client }],
      resolved: [`client ${client}`],
    };
  },
};
