import { checkEndpoint, drawBrokerTarget } from "../draw-target.ts";
import type { Command } from "../command.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { checkListener, drawEnds, injectOnLink, waysOf } from "../links.ts";

/** Nothing passes between two hosts, in both directions or in one; what is sent waits and arrives when the link heals. */
export const cutLink: FaultDefinition<FaultOf<"cut-link">> = {
  sentence: "The link between two hosts is cut; what is sent on it is held back until it heals.",
  family: "network",
  generate: (draw, options) => {
    const ends = drawEnds(draw, options);
    const oneWay = draw.chance(0.3) && { oneWay: true as const };
    const own = draw.fork("listener");
    if (!own.chance(0.25)) return { kind: "cut-link", ...ends, ...oneWay };
    const from = drawBrokerTarget(own, options);
    return { kind: "cut-link", from, to: "controller", ...oneWay, listener: own.pick(["controller", "controller", "broker"]) };
  },
  check: (fault, options) =>
    checkEndpoint(fault.from, options) ??
    checkEndpoint(fault.to, options) ??
    checkListener(fault.listener, [fault.from, fault.to]),
  inject: (fault, view) =>
    injectOnLink(fault, view, (from, to) => {
      const ways = waysOf(from, to, fault);
      return {
        commands: ways.map((way): Command => ({ kind: "cut-link", ...way })),
        heal: ways.map((way): Command => ({ kind: "heal-link", ...way })),
      };
    }),
};
