/** Two ends of a link and the ways between them, for the faults that strike links. */

import type { ListenerName } from "../model/fault.ts";
import type { Draw } from "../model/random.ts";
import type { TrialOptions } from "../model/schedule.ts";
import { parseEndpoint } from "../model/target.ts";
import type { TargetText } from "../model/target.ts";
import type { ClusterView } from "./cluster-view.ts";
import { endpointText } from "./command.ts";
import type { Command, Endpoint, Link } from "./command.ts";
import { drawBrokerTarget, drawClient } from "./draw-target.ts";
import { skipped } from "./fault-definition.ts";
import type { Injection } from "./fault-definition.ts";
import { resolveEndpoint } from "./resolve-target.ts";

/** Two ends of a link, as a fault names them. */
export interface EndTargets {
  readonly from: TargetText;
  readonly to: TargetText;
}

/** Two brokers, or now and then a broker and a client. */
export function drawEnds(draw: Draw, options: TrialOptions): EndTargets {
  const from = drawBrokerTarget(draw, options);
  const hasClients = options.producers.length > 0 || options.groups.length > 0;
  const client = hasClients && draw.chance(0.25) ? drawClient(draw, options) : undefined;
  return { from, to: client === undefined ? drawBrokerTarget(draw, options) : `client ${client}` };
}

/** Says what is wrong with a listener that one of the ends does not know. */
export function checkListener(listener: ListenerName | undefined, ends: readonly TargetText[]): string | undefined {
  if (listener !== "controller") return undefined;
  const client = ends.find((end) => parseEndpoint(end)?.kind === "client");
  return client === undefined ? undefined : `${client} does not know the listener of controllers`;
}

/** The way from one end to the other, and the way back where a fault is not of one way. */
export function waysOf(
  from: Endpoint,
  to: Endpoint,
  { listener, oneWay }: { readonly listener?: ListenerName; readonly oneWay?: true },
): readonly Link[] {
  const at = listener !== undefined && { listener };
  const there: Link = { from, to, ...at };
  return oneWay === true ? [there] : [there, { from: to, to: from, ...at }];
}

/** What is to be done between two ends, where there are two. */
export function injectOnLink(
  fault: EndTargets,
  view: ClusterView,
  between: (from: Endpoint, to: Endpoint) => { readonly commands: readonly Command[]; readonly heal: readonly Command[] },
): Injection {
  const from = resolveEndpoint(fault.from, view);
  const to = resolveEndpoint(fault.to, view);
  if (from === undefined || to === undefined) return skipped(`nobody is ${from === undefined ? fault.from : fault.to} now`);
  if (endpointText(from) === endpointText(to)) return skipped(`${fault.from} and ${fault.to} are the same host`);
  return { kind: "injected", ...between(from, to), resolved: [endpointText(from), endpointText(to)] };
}
