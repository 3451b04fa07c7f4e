import { topicPartition } from "../ids.ts";
import type { TopicPartition } from "../ids.ts";
import { membersInOrder, topicsInOrder } from "./assignor.ts";
import type { AssignorQuestion, GroupAssignment } from "./assignor.ts";

/**
 * `roundrobin`: all partitions of all topics are dealt out one by one to the members in order, passing over members that do
 * not want the topic; the deal goes on from one topic to the next.
 */
export function assignRoundRobin(question: AssignorQuestion): GroupAssignment {
  const members = membersInOrder(question);
  const assignment = new Map(members.map((member) => [member, [] as TopicPartition[]]));
  let turn = 0;
  for (const topic of topicsInOrder(question)) {
    const wants = (at: number): boolean => question.subscriptions.get(members[at % members.length]!)!.includes(topic);
    for (let index = 0; index < question.partitions.get(topic)!; index++) {
      while (!wants(turn)) turn++;
      assignment.get(members[turn % members.length]!)!.push(topicPartition(topic, index));
      turn++;
    }
  }
  return assignment;
}
