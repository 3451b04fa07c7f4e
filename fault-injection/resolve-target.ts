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
