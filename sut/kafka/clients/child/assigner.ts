import { indexOf, memberId, topicOf } from "../../../../model/ids.ts";
import type { TopicPartition } from "../../../../model/ids.ts";
import { assignRange } from "../../../../model/assignors/range.ts";
import type { ConsumerSettings } from "../../../../model/settings.ts";
import type { PartitionAssigner } from "kafkajs";
import type { Kafkajs } from "./load-kafkajs.ts";

/**
 * kafkajs's round robin, or range, which kafkajs does not have and the model does. It stands in for the sticky ones as well, which
 * a trial tells as a deviation.
 */
export function assignerFor(strategy: ConsumerSettings["partition.assignment.strategy"], kafkajs: Kafkajs): PartitionAssigner {
  return strategy === "roundrobin" ? kafkajs.PartitionAssigners.roundRobin : rangeAssigner(kafkajs);
}

const rangeAssigner =
  ({ AssignerProtocol: { MemberAssignment, MemberMetadata } }: Kafkajs): PartitionAssigner =>
  ({ cluster }) => ({
    name: "range",
    version: 0,
    protocol: ({ topics }) => ({
      name: "range",
      metadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
    }),
    assign: async ({ members }) => {
      const subscriptions = new Map(
        members.map((member) => [memberId(member.memberId), MemberMetadata.decode(member.memberMetadata)?.topics ?? []]),
      );
      const topics = new Set([...subscriptions.values()].flat());
      const partitions = new Map(
        [...topics].map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length] as const),
      );
      return [...assignRange({ subscriptions, partitions })].map(([member, assigned]) => ({
        memberId: member,
        memberAssignment: MemberAssignment.encode({ version: 0, assignment: byTopic(assigned), userData: Buffer.alloc(0) }),
      }));
    },
  });

const byTopic = (partitions: readonly TopicPartition[]): Record<string, number[]> =>
  Object.fromEntries([...Map.groupBy(partitions, topicOf)].map(([topic, some]) => [topic, some.map(indexOf)]));
