import { checkBrokerTarget, drawBrokerTarget } from "../draw-target.ts";
import type { Command, Endpoint } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { resolveBroker } from "../resolve-target.ts";

/**
 * A broker is cut off from all other brokers, and with them from the controller, while clients still reach it; or from all
 * clients, while the cluster sees nothing wrong with it.
 */
export const isolateBroker: FaultDefinition<FaultOf<"isolate-broker">> = {
  sentence: "A broker is cut off from all other brokers, or from all clients.",
  family: "network",
  generate: (draw, options) => ({
    kind: "isolate-broker",
    target: drawBrokerTarget(draw, options),
    from: draw.chance(0.75) ? "brokers" : "clients",
  }),
  check: ({ target }, options) => checkBrokerTarget(target, options),
  inject: ({ from, target }, view) => {
    const broker = resolveBroker(target, view);
    if (broker === undefined) return skipped(`nobody is ${target} now`);
    const others: readonly Endpoint[] =
      from === "brokers"
        ? [...view.brokers.keys()].filter((id) => id !== broker).map((id) => ({ kind: "broker", broker: id }))
        : [...view.clients.keys()].map((client) => ({ kind: "client", client }));
    if (others.length === 0) return skipped(`broker ${broker} is the only one`);
    const self: Endpoint = { kind: "broker", broker };
    const links = others.flatMap((other) => [
      { from: self, to: other },
      { from: other, to: self },
    ]);
    return {
      kind: "injected",
      commands: links.map((link): Command => ({ kind: "cut-link", ...link })),
      heal: links.map((link): Command => ({ kind: "heal-link", ...link })),
      resolved: [`broker ${broker}`],
    };
  },
};
