import { topicPartition } from "../ids.ts";
import type { TopicPartition } from "../ids.ts";
import { membersInOrder, topicsInOrder } from "./assignor.ts";
import type { AssignorQuestion, GroupAssignment } from "./assignor.ts";

/**
 * `range`: of each topic, every subscriber in order gets a run of consecutive partitions; the first ones get one more where
 * they do not divide evenly. Members are not balanced across topics.
 */
export function assignRange(question: AssignorQuestion): GroupAssignment {
  const members = membersInOrder(question);
  const assignment = new Map(members.map((member) => [member, [] as TopicPartition[]]));
  for (const topic of topicsInOrder(question)) {
    const subscribers = members.filter((member) => question.subscriptions.get(member)!.includes(topic));
    const count = question.partitions.get(topic)!;
    const share = Math.floor(count / subscribers.length);
    const larger = count % subscribers.length;
    let next = 0;
    for (const [at, member] of subscribers.entries()) {
      const end = next + share + (at < larger ? 1 : 0);
      for (; next < end; next++) assignment.get(member)!.push(topicPartition(topic, next));
    }
  }
  return assignment;
}
