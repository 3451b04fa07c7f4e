/** Removes what a session has left on a Docker engine. */

import type { Engine } from "../testcontainers.ts";
import { until } from "../until.ts";
import { isOwnerGone, ownerLabel, sessionLabel } from "./session.ts";

/** How long the engine may take to remove everything. */
const removalLimitMs = 30_000;

/** Removes all containers, with their volumes, and networks of the session. Returns what could not be removed, in words. */
export function removeSession(engine: Engine, sessionId: string): Promise<readonly string[]> {
  return until(() => removeOnce(engine, `${sessionLabel}=${sessionId}`), { limitMs: removalLimitMs });
}

/** Removes what sessions left behind whose owner is gone, because it died together with its reaper. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  const { containers, networks } = await listLabelled(engine, sessionLabel);
  const left = [...containers, ...networks].filter(({ Labels }) => isOwnerGone(Labels?.[ownerLabel]));
  const sessions = new Set(left.map(({ Labels }) => Labels![sessionLabel]!));
  for (const session of sessions) await removeSession(engine, session);
}

/** Removes what is there now, and names it. */
async function removeOnce(engine: Engine, label: string): Promise<readonly string[]> {
  const { dockerode } = engine.container;
  const { containers, networks } = await listLabelled(engine, label);
  await Promise.allSettled(containers.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true })));
  // A refusal is no matter: who looks again finds what is still there.
  await Promise.allSettled(networks.map(({ Id }) => dockerode.getNetwork(Id).remove()));
  return [...containers.map(({ Id }) => `container ${Id.slice(0, 12)}`), ...networks.map(({ Name }) => `network ${Name}`)];
}

async function listLabelled(engine: Engine, label: string): Promise<Labelled> {
  const { dockerode } = engine.container;
  const filters = { label: [label] };
  const [containers, networks] = await Promise.all([
    dockerode.listContainers({ all: true, filters }),
    dockerode.listNetworks({ filters }),
  ]);
  return { containers, networks };
}

interface Labelled {
  readonly containers: Awaited<ReturnType<Engine["container"]["list"]>>;
  readonly networks: Awaited<ReturnType<Engine["container"]["dockerode"]["listNetworks"]>>;
}
