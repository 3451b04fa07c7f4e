import { checkEndpoint, drawBrokerTarget, drawClient } from "../draw-target.ts";
import { endpointText } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { resolveEndpoint } from "../resolve-target.ts";

/** Nobody has been silent, and to one process it looks as if all others had been. */
export const jumpClock: FaultDefinition<FaultOf<"jump-clock">> = {
  sentence: "The clock of a broker or of a client jumps ahead: sessions and timeouts that it watches over are over.",
  family: "clock",
  generate: (draw, options) => {
    const hasClients = options.producers.length > 0 || options.groups.length > 0;
    const isClient = hasClients && draw.chance(0.25);
    const target = isClient ? `client ${drawClient(draw, options)}` : drawBrokerTarget(draw, options);
    return { kind: "jump-clock", target, byMs: draw.pick([100, 500, 1500, 5000, 20_000]) };
  },
  check: ({ target }, options) => checkEndpoint(target, options),
  inject: ({ byMs, target }, view) => {
    const end = resolveEndpoint(target, view);
    if (end === undefined) return skipped(`nobody is ${target} now`);
    const state = end.kind === "broker" ? view.brokers.get(end.broker) : view.clients.get(end.client);
    if (state !== "up") return skipped(`${endpointText(end)} is ${state}`);
    return {
      kind: "injected",
      commands: [{ kind: "jump-clock", target: end, byMs }],
      heal: [],
      resolved: [endpointText(end)],
    };
  },
};
