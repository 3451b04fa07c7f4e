/** Finds out who is meant by a symbolic target, right now. */

import type { BrokerId } from "../model/ids.ts";
import { parseBrokerTarget, parseEndpoint } from "../model/target.ts";
import type { BrokerTarget, TargetText } from "../model/target.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Endpoint } from "./command.ts";

/** The broker that `target` stands for; undefined where there is none at the moment. */
export function resolveBroker(target: TargetText, view: ClusterView): BrokerId | undefined {
  const parsed = parseBrokerTarget(target);
  const broker = parsed === undefined ? undefined : brokerOf(parsed, view);
  return broker !== undefined && view.brokers.has(broker) ? broker : undefined;
}

/** The end of a link that `target` stands for; undefined where there is none at the moment. */
export function resolveEndpoint(target: TargetText, view: ClusterView): Endpoint | undefined {
  const parsed = parseEndpoint(target);
  if (parsed === undefined) return undefined;
  if (parsed.kind === "client") {
    return view.clients.has(parsed.client) ? { kind: "client", client: parsed.client } : undefined;
  }
  const broker = brokerOf(parsed, view);
  return broker !== undefined && view.brokers.has(broker) ? { kind: "broker", broker } : undefined;
}

/** A broker and so many others: those with the next higher numbers first, then those with lower ones. */
export function sideOf(broker: BrokerId, others: number, { brokers }: ClusterView): readonly BrokerId[] {
  const rest = [...brokers.keys()].filter((id) => id !== broker);
  const next = [...rest.filter((id) => id > broker), ...rest.filter((id) => id < broker)];
  return [broker, ...next.slice(0, others)];
}

function brokerOf(target: BrokerTarget, view: ClusterView): BrokerId | undefined {
  switch (target.kind) {
    case "broker":
      return target.broker;
    case "controller":
      return view.controller;
    case "leader-of":
      return view.leaderOf(target.partition);
    case "follower-of": {
      const leader = view.leaderOf(target.partition);
      return view.replicasOf(target.partition).filter((replica) => replica !== leader)[target.nth];
    }
    case "coordinator-of":
      return view.coordinatorOf(target.group);
  }
}
