import { brokerId, topicOf } from "../../model/ids.ts";
import type { Draw } from "../../model/random.ts";
import { checkPartition, drawPartition } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultOf } from "../fault-definition.ts";

/** An administrator moves the replicas of a partition while the trial goes on. Nothing may be lost by it (KIP-455). */
export const reassignPartition: FaultDefinition<FaultOf<"reassign-partition">> = {
  sentence: "An administrator has the replicas of a partition moved to other brokers.",
  family: "election",
  generate: (draw, options) => {
    const partition = drawPartition(draw, options);
    const { replicationFactor } = options.topics.find(({ name }) => name === topicOf(partition))!;
    const least = Math.max(1, replicationFactor - 1);
    const most = Math.min(options.brokers, replicationFactor + 1);
    const count = draw.chance(0.7) ? replicationFactor : draw.integer(least, most);
    return { kind: "reassign-partition", partition, replicas: shuffled(draw, options.brokers).slice(0, count).map(brokerId) };
  },
  check: ({ partition, replicas }, options) => {
    const stranger = replicas.find((broker) => broker < 1 || broker > options.brokers);
    if (stranger !== undefined) return `there is no broker ${stranger} to move ${partition} to`;
    if (replicas.length === 0) return `${partition} has to be somewhere`;
    if (new Set(replicas).size < replicas.length) return "a broker has one replica of a partition at most";
    return checkPartition(partition, options);
  },
  inject: ({ partition, replicas }, view) => {
    const present = view.replicasOf(partition);
    if (present.length === 0) return skipped(`nobody can say where ${partition} is`);
    if (present.join() === replicas.join()) return skipped(`${partition} is on brokers ${replicas.join(", ")} already`);
    return {
      kind: "injected",
      commands: [{ kind: "reassign-partition", partition, replicas }],
      heal: [{ kind: "cancel-reassignment", partition }],
      resolved: replicas.map((broker) => `broker ${broker}`),
    };
  },
};

/** The brokers of a trial by their numbers, in any order. */
function shuffled(draw: Draw, brokers: number): readonly number[] {
  const left = Array.from({ length: brokers }, (_, at) => at + 1);
  const drawn: number[] = [];
  while (left.length > 0) drawn.push(...left.splice(draw.integer(0, left.length - 1), 1));
  return drawn;
}
