import type { LosableApi } from "../../model/fault.ts";
import { checkClient, drawClient } from "../draw-target.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

const producerApis: readonly LosableApi[] = ["Produce", "Produce", "Produce", "InitProducerId"];
const memberApis: readonly LosableApi[] = ["OffsetCommit", "OffsetCommit", "JoinGroup", "SyncGroup", "Fetch"];

/** The classic ambiguity: the broker has done what was asked, and the client does not hear of it. */
export const loseResponse: FaultDefinition<FaultOf<"lose-response">> = {
  sentence: "The next response of one kind to a client is lost, and the connection with it.",
  family: "network",
  generate: (draw, options) => {
    const client = drawClient(draw, options);
    const isProducer = options.producers.some(({ id }) => id === client);
    return { kind: "lose-response", client, api: draw.pick(isProducer ? producerApis : memberApis) };
  },
  check: ({ client }, options) => checkClient(client, options),
  inject: ({ api, client }) => ({
    kind: "injected",
    commands: [{ kind: "lose-response", client, api }],
    heal: [{ kind: "keep-responses", client }],
    resolved: [`client ${client}`],
  }),
};
