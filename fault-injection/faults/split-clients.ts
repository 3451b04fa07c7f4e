import { checkBrokerTarget, drawBrokerTarget } from "../draw-target.ts";
import type { Command, Endpoint } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { waysOf } from "../links.ts";
import { resolveBroker, sideOf } from "../resolve-target.ts";

/** Producers write where consumers cannot read, and consumers ask brokers that no producer reaches. */
export const splitClients: FaultDefinition<FaultOf<"split-clients">> = {
  sentence: "Some brokers are reached by producers only, and all the others by consumers only.",
  family: "network",
  generate: (draw, options) => ({
    kind: "split-clients",
    target: drawBrokerTarget(draw, options),
    only: draw.pick(["producers", "consumers"]),
    ...(options.brokers > 2 && draw.chance(0.3) && { with: 1 }),
  }),
  check: ({ target }, options) => checkBrokerTarget(target, options),
  inject: ({ only, target, with: others }, view) => {
    const broker = resolveBroker(target, view);
    if (broker === undefined) return skipped(`nobody is ${target} now`);
    const side = sideOf(broker, others ?? 0, view);
    const links = [...view.brokers.keys()].flatMap((id) => {
      const isForProducers = side.includes(id) === (only === "producers");
      const self: Endpoint = { kind: "broker", broker: id };
      const barred = [...view.clients.keys()].filter((client) => view.producers.has(client) !== isForProducers);
      return barred.flatMap((client) => waysOf(self, { kind: "client", client }, {}));
    });
    if (links.length === 0) return skipped("there is nobody to be split");
    return {
      kind: "injected",
      commands: links.map((link): Command => ({ kind: "cut-link", ...link })),
      heal: links.map((link): Command => ({ kind: "heal-link", ...link })),
      resolved: side.map((id) => `broker ${id}`),
    };
  },
};
