import { checkPartition, drawPartition } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/**
 * An administrator deletes records while the trial goes on. It happens in trials that ask for it and in a few others: whoever
 * deletes records cannot be surprised that they are missing, so in all trials it would hide losses.
 */
export const deleteRecords: FaultDefinition<FaultOf<"delete-records">> = {
  sentence: "An administrator has the first records of a partition deleted.",
  family: "admin",
  isDrawnApart: true,
  generate: (draw, options) => ({
    kind: "delete-records",
    partition: drawPartition(draw, options),
    before: draw.chance(0.6) ? "high-watermark" : draw.integer(1, 20),
  }),
  check: ({ before, partition }, options) => {
    const isBound = before === "high-watermark" || (Number.isSafeInteger(before) && before >= 0);
    return isBound ? checkPartition(partition, options) : `before must be "high-watermark" or an offset, not ${before}`;
  },
  inject: ({ before, partition }, view) => {
    const leader = view.leaderOf(partition);
    if (leader === undefined) return skipped(`nobody leads ${partition} now`);
    return {
      kind: "injected",
      commands: [{ kind: "delete-records", partition, before }],
      heal: [],
      resolved: [`broker ${leader}`],
    };
  },
};
