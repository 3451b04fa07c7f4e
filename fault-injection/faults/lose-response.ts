import { losableApis } from "../../model/fault.ts";
import type { LosableApi } from "../../model/fault.ts";
import type { ClientId } from "../../model/ids.ts";
import type { Draw } from "../../model/random.ts";
import type { TrialOptions } from "../../model/schedule.ts";
import { endpointText } from "../command.ts";
import type { RequestsOf } from "../command.ts";
import { checkClient, drawClient } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";
import { checkRequests, drawRequestsOfBroker } from "../requests.ts";
import { resolveEndpoint } from "../resolve-target.ts";

const ofProducers: readonly LosableApi[] = ["Produce", "Produce", "Produce", "InitProducerId"];
const ofMembers: readonly LosableApi[] = ["OffsetCommit", "OffsetCommit", "JoinGroup", "SyncGroup", "Fetch"];

const ofOutputs: readonly LosableApi[] = ["TxnOffsetCommit", "TxnOffsetCommit", "EndTxn", "EndTxn", "Produce", "JoinGroup"];

type LoseResponse = FaultOf<"lose-response">;

/** The classic ambiguity: the broker or controller has done what was asked, and who asked does not hear of it. */
export const loseResponse: FaultDefinition<LoseResponse> = {
  sentence: "The next response of one kind to a client, or to a broker, is lost, and the connection with it.",
  family: "network",
  generate: (draw, options) => {
    const ofClient = drawOfClient(draw, options);
    const own = draw.fork("broker");
    if (ofClient !== undefined && (options.brokers < 2 || !own.chance(0.35))) return ofClient;
    const { from: target, ...requests } = drawRequestsOfBroker(own, options);
    return { kind: "lose-response", target, ...requests };
  },
  check: (fault, options) => {
    if ("target" in fault) return checkRequests({ ...fault, from: fault.target }, options);
    const { api, client } = fault;
    if (!losableApis.includes(api)) return `no response to ${api} can be lost, but to ${losableApis.join(", ")}`;
    return checkClient(client, options);
  },
  inject: (fault, view) => {
    const named = "target" in fault ? fault.target : `client ${fault.client}`;
    const from = resolveEndpoint(named, view);
    if (from === undefined) return skipped(`nobody is ${named} now`);
    const listener = "target" in fault && fault.listener !== undefined && { listener: fault.listener };
    const requests: RequestsOf = { from, api: fault.api, ...listener };
    return {
      kind: "injected",
      commands: [{ kind: "lose-response", ...requests }],
      heal: [{ kind: "keep-responses", from }],
      resolved: [endpointText(from)],
    };
  },
};

function drawOfClient(draw: Draw, options: TrialOptions): LoseResponse | undefined {
  if (options.producers.length === 0 && options.groups.length === 0) return undefined;
  const client = drawClient(draw, options);
  return { kind: "lose-response", client, api: draw.pick(apisOf(client, options)) };
}

function apisOf(client: ClientId, { groups, producers }: TrialOptions): readonly LosableApi[] {
  if (producers.some(({ id }) => id === client)) return ofProducers;
  const group = groups.find(({ members }) => members.includes(client));
  return group?.output === undefined ? ofMembers : ofOutputs;
}
