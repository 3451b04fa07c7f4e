/** Fetches that are still on their way when their follower has other things to do. */

import { fetchPositionOf } from "../reference/divergence.ts";
import type { ClusterState } from "../reference/state.ts";
import type { Search } from "./moves.ts";
import { partitionOf, thePartition } from "./world.ts";
import type { LateFetch, World } from "./world.ts";

/** How many are remembered at a time: the latest. */
const lateMax = 3;

/** What is on its way after a step: a follower that ceases to follow leaves its last fetch behind. */
export function leftBehind(
  before: World,
  cluster: ClusterState,
  arrived: LateFetch | undefined,
  { guards }: Search,
): readonly LateFetch[] {
  const was = partitionOf(before);
  const is = cluster.partitions.get(thePartition)!;
  let late = before.late.filter((one) => one !== arrived);
  for (const follower of was.replicas) {
    const role = was.copies[follower]!.role;
    if (role.kind !== "follower" || is.copies[follower]!.role === role) continue;
    const now = is.copies[follower]!.role;
    if (now.kind === "follower" && now.epoch === role.epoch) continue;
    const to = was.terms[role.epoch]?.leader;
    if (to === undefined || to < 0) continue;
    const { brokerEpoch } = before.cluster.brokers[follower]!;
    const fetch: LateFetch = { follower, to, brokerEpoch, epoch: role.epoch, ...fetchPositionOf(was.copies[follower]!) };
    late = [...late.filter((one) => one.follower !== follower || one.to !== to), fetch];
  }
  const matters = ({ epoch, to }: LateFetch): boolean => {
    const role = is.copies[to]!.role;
    return role.kind === "leader" && (role.epoch === epoch || !guards["fetch-epoch"]);
  };
  late = late.filter(matters);
  return late.slice(-lateMax);
}
