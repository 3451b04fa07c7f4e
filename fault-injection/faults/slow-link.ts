import { checkEndpoint } from "../draw-target.ts";
import type { Command } from "../command.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { drawEnds, injectOnLink, waysOf } from "../links.ts";

/** Everything arrives, and late: requests time out that are handled all the same, followers fall behind, news is old. */
export const slowLink: FaultDefinition<FaultOf<"slow-link">> = {
  sentence: "The link between two hosts is slow, in both directions or in one.",
  family: "network",
  generate: (draw, options) => {
    const ends = drawEnds(draw, options);
    const oneWay = draw.chance(0.4) && { oneWay: true as const };
    return { kind: "slow-link", ...ends, delayMs: Math.round(2 ** (2 + draw.fraction() * 9)), ...oneWay };
  },
  check: ({ from, to }, options) => checkEndpoint(from, options) ?? checkEndpoint(to, options),
  inject: (fault, view) =>
    injectOnLink(fault, view, (from, to) => {
      const { delayMs } = fault;
      const ways = waysOf(from, to, fault);
      return {
        commands: ways.map((way): Command => ({ kind: "slow-link", ...way, delayMs })),
        heal: ways.map((way): Command => ({ kind: "quicken-link", ...way, delayMs })),
      };
    }),
};
