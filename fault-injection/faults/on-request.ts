import type { Fault } from "../../model/fault.ts";
import { endpointText } from "../command.ts";
import type { RequestsOf } from "../command.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition } from "../fault-definition.ts";
import { checkRequests, drawRequests } from "../requests.ts";
import { resolveEndpoint } from "../resolve-target.ts";

type RequestFault = Extract<Fault, { readonly kind: "delay-request" | "duplicate-request" }>;

/** What faults have in common that wait for somebody's next request of one kind, and let it come late. */
export function onRequest<F extends RequestFault>(kind: F["kind"], sentence: string): FaultDefinition<F> {
  return {
    sentence,
    family: "requests",
    generate: (draw, options) => {
      const delayMs = Math.round(2 ** (draw.fork("delay").fraction() * 12));
      return { kind, ...drawRequests(draw, options), delayMs } as F;
    },
    check: (fault, options) => checkRequests(fault, options),
    inject: ({ api, delayMs, from, listener }, view) => {
      const end = resolveEndpoint(from, view);
      if (end === undefined) return skipped(`nobody is ${from} now`);
      const requests: RequestsOf = { from: end, api, ...(listener !== undefined && { listener }) };
      return {
        kind: "injected",
        commands: [{ kind, ...requests, delayMs }],
        heal: [{ kind: "pass-requests", ...requests }],
        resolved: [endpointText(end)],
      };
    },
  };
}
