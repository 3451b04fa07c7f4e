/** What becomes of a world by a move. */

import { step } from "../reference/actions.ts";
import type { ClusterState } from "../reference/state.ts";
import type { Said } from "./changes.ts";
import { leftBehind } from "./late-fetches.ts";
import type { Move, Search } from "./moves.ts";
import { partitionOf } from "./world.ts";
import type { World } from "./world.ts";

export type Moved =
  | { readonly kind: "moved"; readonly world: World }
  /** The model does not take one of its actions. */
  | { readonly kind: "refused" };

/** Who watches the model at work. */
export interface Watch {
  /** What the model says of an action. */
  said(said: Said): void;
  /** What becomes of the cluster by an action: the next one is to go on from what is given back. */
  seen(cluster: ClusterState): ClusterState;
}

export function moved(world: World, move: Move, search: Search, watch?: Watch): Moved {
  let cluster: ClusterState = world.cluster;
  for (const action of move.actions) {
    const next = step(cluster, action, search.guards);
    watch?.said({ action: action.kind, error: next.kind === "refused" ? next.error : undefined });
    if (next.kind === "refused") return { kind: "refused" };
    cluster = watch === undefined ? next.state : watch.seen(next.state);
  }
  const { arrives, deposes, uses } = move;
  const used = uses === undefined ? world.used : { ...world.used, [uses]: world.used[uses] + 1 };
  const late = search.scope.lateFetches ? leftBehind(world, cluster, arrives, search) : world.late;
  const deposed = deposes === undefined ? world.deposed : deposes ? partitionOf(world) : undefined;
  return { kind: "moved", world: { cluster, used, late, deposed } };
}
