import { checkPartition, drawPartition } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/**
 * An administrator has any replica that is alive lead a partition that nobody leads. It happens in few trials, or where it is
 * asked for: records that such a leader lacks are lost with permission, so in all trials it would only hide losses.
 */
export const uncleanElection: FaultDefinition<FaultOf<"unclean-election">> = {
  sentence: "An administrator has some live replica lead a partition without a leader, in sync or not.",
  family: "election",
  isDrawnApart: true,
  generate: (draw, options) => ({ kind: "unclean-election", partition: drawPartition(draw, options) }),
  check: ({ partition }, options) => checkPartition(partition, options),
  inject: ({ partition }, view) => {
    const leader = view.leaderOf(partition);
    if (leader !== undefined) return skipped(`broker ${leader} leads ${partition}`);
    return { kind: "injected", commands: [{ kind: "elect-unclean-leader", partition }], heal: [], resolved: [] };
  },
};
