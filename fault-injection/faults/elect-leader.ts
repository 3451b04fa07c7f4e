import { checkPartition, drawPartition } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/** An administrator asks for the preferred leader: a change of leader without any failure. */
export const electLeader: FaultDefinition<FaultOf<"elect-leader">> = {
  sentence: "An administrator has the preferred replica of a partition elected.",
  family: "election",
  generate: (draw, options) => ({ kind: "elect-leader", partition: drawPartition(draw, options) }),
  check: ({ partition }, options) => checkPartition(partition, options),
  inject: ({ partition }, view) => {
    const preferred = view.replicasOf(partition)[0];
    if (preferred === undefined) return skipped(`nobody can say who should lead ${partition}`);
    if (view.leaderOf(partition) === preferred) return skipped(`broker ${preferred} leads ${partition} already`);
    return {
      kind: "injected",
      commands: [{ kind: "elect-leader", partition }],
      heal: [],
      resolved: [`broker ${preferred}`],
    };
  },
};
