import { brokerId } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Peer } from "./round-trip.ts";

/** The active controller and the epoch of its quorum (KIP-595). */
export interface QuorumLeader {
  readonly controller: BrokerId;
  readonly epoch: number;
}

/**
 * Asks who the active controller is (`DescribeQuorum`, API 55, version 0). The broker passes the question on to the
 * controller, so it is answered by the one who knows; metadata responses name just any broker. Undefined where nobody can say.
 */
export async function describeQuorum(of: Peer): Promise<QuorumLeader | undefined> {
  const body = new ProtocolWriter();
  body.compactArray(["__cluster_metadata"], (topic) => {
    body
      .compactString(topic)
      .compactArray([0], (index) => body.int32(index).noTags())
      .noTags();
  });
  body.noTags();
  const reader = await roundTrip(of, { apiKey: 55, apiVersion: 0, isFlexible: true, body });
  if (reader.int16() !== 0 || reader.unsignedVarint() !== 2) return undefined;
  reader.compactString();
  if (reader.unsignedVarint() !== 2) return undefined;
  reader.int32();
  if (reader.int16() !== 0) return undefined;
  return { controller: brokerId(reader.int32()), epoch: reader.int32() };
}
