import { checkClient } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/** Processing takes so long that rebalances, sessions and poll intervals overtake it. */
export const slowHandler: FaultDefinition<FaultOf<"slow-handler">> = {
  sentence: "Every record takes a group member long to process.",
  family: "client",
  generate: (draw, options) => ({
    kind: "slow-handler",
    client: draw.pick(options.groups.flatMap(({ members }) => members)),
    handlerMs: draw.pick([50, 200, 500, 1000, 3000]),
  }),
  check: ({ client }, options) =>
    checkClient(client, options) ??
    (options.groups.some(({ members }) => members.includes(client)) ? undefined : `client "${client}" is in no group`),
  inject: ({ client, handlerMs }, view) => {
    if (view.clients.get(client) === "down") return skipped(`client ${client} is not running`);
    return {
      kind: "injected",
      commands: [{ kind: "set-handler", client, handlerMs }],
      heal: [{ kind: "set-handler", client, handlerMs: null }],
      resolved: [`client ${client}`],
    };
  },
};
