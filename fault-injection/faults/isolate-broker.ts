import type { ListenerName } from "../../model/fault.ts";
import type { BrokerId } from "../../model/ids.ts";
import { checkBrokerTarget, drawBrokerTarget } from "../draw-target.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { Command, Endpoint, Link } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { waysOf } from "../links.ts";
import { resolveBroker, sideOf } from "../resolve-target.ts";

const listeners: readonly ListenerName[] = ["broker", "controller"];

/**
 * A broker is cut off from all other brokers, and with them from the controller, while clients still reach it; or from all
 * clients, while the cluster sees nothing wrong with it; or from both. It need not be alone: other brokers may be on its side.
 */
export const isolateBroker: FaultDefinition<FaultOf<"isolate-broker">> = {
  sentence: "A broker, alone or with others, is cut off from all other brokers, from all clients, or from everybody.",
  family: "network",
  generate: (draw, options) => {
    const target = drawBrokerTarget(draw, options);
    const from = draw.weighted([
      [12, "brokers"],
      [4, "clients"],
      [1, "everybody"],
    ] as const);
    const oneWay = draw.pick(["in", "out"] as const);
    return {
      kind: "isolate-broker",
      target,
      from,
      ...(options.brokers > 2 && draw.chance(0.15) && { with: 1 }),
      ...(draw.chance(0.25) && { oneWay }),
      ...(from === "brokers" && draw.fork("listener").chance(0.25) && { listener: draw.fork("which").pick(listeners) }),
    };
  },
  check: ({ from, listener, target }, options) =>
    from === "clients" && listener === "controller"
      ? "clients do not know the listener of controllers"
      : checkBrokerTarget(target, options),
  inject: (fault, view) => {
    const broker = resolveBroker(fault.target, view);
    if (broker === undefined) return skipped(`nobody is ${fault.target} now`);
    const side = sideOf(broker, fault.with ?? 0, view);
    const others = othersThan(side, fault, view);
    if (others.length === 0) {
      return skipped(side.length === 1 ? `broker ${broker} is the only one` : "nobody is left on the other side");
    }
    const links = side.flatMap((id) => others.flatMap((other) => waysBetween({ kind: "broker", broker: id }, other, fault)));
    return {
      kind: "injected",
      commands: links.map((link): Command => ({ kind: "cut-link", ...link })),
      heal: links.map((link): Command => ({ kind: "heal-link", ...link })),
      resolved: side.map((id) => `broker ${id}`),
    };
  },
};

function othersThan(
  side: readonly BrokerId[],
  { from }: FaultOf<"isolate-broker">,
  { brokers, clients }: ClusterView,
): readonly Endpoint[] {
  const rest = [...brokers.keys()].filter((id) => !side.includes(id));
  return [
    ...(from === "clients" ? [] : rest.map((broker): Endpoint => ({ kind: "broker", broker }))),
    ...(from === "brokers" ? [] : [...clients.keys()].map((client): Endpoint => ({ kind: "client", client }))),
  ];
}

function waysBetween(self: Endpoint, other: Endpoint, { listener, oneWay }: FaultOf<"isolate-broker">): readonly Link[] {
  const [out, inward] = waysOf(self, other, { ...(listener !== undefined && { listener }) });
  return oneWay === "out" ? [out!] : oneWay === "in" ? [inward!] : [out!, inward!];
}
