import { checkEndpoint, drawBrokerTarget } from "../draw-target.ts";
import { endpointText } from "../command.ts";
import type { Command, Endpoint } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { resolveEndpoint } from "../resolve-target.ts";

/** Nothing passes between two hosts, in both directions or in one; what is sent waits and arrives when the link heals. */
export const cutLink: FaultDefinition<FaultOf<"cut-link">> = {
  sentence: "The link between two hosts is cut; what is sent on it is held back until it heals.",
  family: "network",
  generate: (draw, options) => {
    const from = drawBrokerTarget(draw, options);
    const client = draw.chance(0.25) ? draw.pick([...options.producers, ...options.groups.flatMap(toMembers)]).id : undefined;
    const to = client === undefined ? drawBrokerTarget(draw, options) : `client ${client}`;
    return { kind: "cut-link", from, to, ...(draw.chance(0.3) && { oneWay: true as const }) };
  },
  check: ({ from, to }, options) => checkEndpoint(from, options) ?? checkEndpoint(to, options),
  inject: (fault, view) => {
    const from = resolveEndpoint(fault.from, view);
    const to = resolveEndpoint(fault.to, view);
    if (from === undefined || to === undefined) return skipped(`nobody is ${from === undefined ? fault.from : fault.to} now`);
    if (endpointText(from) === endpointText(to)) return skipped(`${fault.from} and ${fault.to} are the same host`);
    const ways: readonly Way[] =
      fault.oneWay === true
        ? [[from, to]]
        : [
            [from, to],
            [to, from],
          ];
    return {
      kind: "injected",
      commands: ways.map(([start, end]): Command => ({ kind: "cut-link", from: start, to: end })),
      heal: ways.map(([start, end]): Command => ({ kind: "heal-link", from: start, to: end })),
      resolved: [endpointText(from), endpointText(to)],
    };
  },
};

type Way = readonly [from: Endpoint, to: Endpoint];

const toMembers = ({ members }: { readonly members: readonly string[] }): readonly { readonly id: string }[] =>
  members.map((id) => ({ id }));
