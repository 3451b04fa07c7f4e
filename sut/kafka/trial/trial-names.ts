/**
 * Names on the cluster and names in the schedule. Trials share a cluster, so each has topics and groups of its own; histories
 * speak of them as the schedule does.
 */

import { indexOf, topicOf, topicPartition } from "../../../model/ids.ts";
import type { GroupId, TopicPartition } from "../../../model/ids.ts";

/** Translates names of one trial, both ways. */
export class TrialNames {
  private readonly prefix: string;

  /** The prefix is to be unique among the trials of a cluster. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** What a topic of the schedule is called on the cluster. */
  topic(name: string): string {
    return `${this.prefix}${name}`;
  }

  group(id: GroupId): string {
    return `${this.prefix}${id}`;
  }

  partition(partition: TopicPartition): TopicPartition {
    return topicPartition(this.topic(topicOf(partition)), indexOf(partition));
  }

  /** What a partition on the cluster is called in the schedule; others, such as Kafka's own, keep their names. */
  inSchedule(partition: TopicPartition): TopicPartition {
    const topic = topicOf(partition);
    return topic.startsWith(this.prefix) ? topicPartition(topic.slice(this.prefix.length), indexOf(partition)) : partition;
  }
}
