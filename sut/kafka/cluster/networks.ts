/**
 * The two networks of a cluster. Clients come in through the access network, and brokers and controllers talk over the mesh,
 * so that a broker can be cut off from its peers while clients still reach it, and the other way round.
 *
 * On the mesh every node has a fixed address, and no names are used: the name of a node that is down is unknown, and a JVM
 * remembers that for ten seconds.
 */

import { KafkaError } from "../kafka-error.ts";
import type { Session } from "../cleanup/session.ts";
import type { Engine } from "../testcontainers.ts";

export interface Networks {
  /** Ids of the two networks on the engine. */
  readonly access: string;
  readonly mesh: string;
  /** The address of a node on the mesh, by its id. */
  meshAddress(node: number): string;
}

/** How many subnets are tried before it is given up. */
const subnetTriesMax = 50;
/** Addresses of nodes begin here: the first ones of a subnet belong to the engine. */
const firstAddress = 10;

/** Creates both networks, under the session's labels. Throws a {@link KafkaError} where no subnet is free. */
export async function createNetworks(engine: Engine, session: Session): Promise<Networks> {
  const name = `kafka-trial-${session.id}`;
  const common = { Driver: "bridge", Labels: session.labels, CheckDuplicate: true };
  const access = await engine.network.create({ ...common, Name: `${name}-access` });
  for (let tries = 0; tries < subnetTriesMax; tries++) {
    // From the second half of 10.0.0.0/8, where engines do not look for subnets by themselves.
    const subnet = `10.${128 + Math.floor(Math.random() * 128)}.${Math.floor(Math.random() * 256)}`;
    const IPAM = { Driver: "default", Config: [{ Subnet: `${subnet}.0/24` }] };
    try {
      const mesh = await engine.network.create({ ...common, Name: `${name}-mesh`, Internal: true, IPAM });
      return { access: access.id, mesh: mesh.id, meshAddress: (node) => `${subnet}.${firstAddress + node}` };
    } catch (error) {
      if (!/overlap/i.test(String(error))) throw error;
    }
  }
  throw new KafkaError("KAFKA_START_FAILED", "no free subnet was found for the brokers: remove networks that are not needed");
}
