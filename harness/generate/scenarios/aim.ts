/** What a scenario is aimed at: a partition, and the moments of a record that is sent to it. */

import { drawPartition } from "../../../fault-injection/draw-target.ts";
import { topicPartition } from "../../../model/ids.ts";
import type { TopicPartition } from "../../../model/ids.ts";
import type { Draw } from "../../../model/random.ts";
import type { After, GroupOptions } from "../../../model/schedule.ts";
import { soonMs } from "./scenario.ts";
import type { Scene } from "./scenario.ts";

/** A partition that a scenario is about, and the moments of one of the records that are sent to it. */
export interface Aim {
  readonly partition: TopicPartition;
  /** Just before the record is sent. */
  readonly beforeSend: After;
  /** Soon after it has been acknowledged. */
  readonly afterAck: After;
  /** Soon after a group has processed it. */
  readonly afterProcessing: After;
  readonly sentMs: number;
}

/** Draws a partition that has at least so many replicas, and that something is sent to where there is such a one. */
export function drawAim(draw: Draw, { options, spanMs, work }: Scene, leastReplicas = 2): Aim {
  const topics = options.topics.filter(({ replicationFactor }) => replicationFactor >= leastReplicas);
  const records = work.flatMap(({ after, do: send, id }) => {
    if (send.kind !== "send" || send.partition === undefined || !topics.some(({ name }) => name === send.topic)) return [];
    return [{ id, partition: topicPartition(send.topic, send.partition), sentMs: after.ms ?? 0 }];
  });
  if (records.length === 0) {
    const sentMs = draw.integer(0, spanMs);
    const moment: After = { ms: sentMs };
    const partition = drawPartition(draw, { ...options, topics });
    return { partition, beforeSend: moment, afterAck: moment, afterProcessing: moment, sentMs };
  }
  const { id, partition, sentMs } = draw.pick(records);
  return {
    partition,
    beforeSend: { ms: Math.max(0, sentMs - soonMs(draw, 6)) },
    afterAck: { acked: id, ms: draw.chance(0.5) ? 0 : soonMs(draw, 8) },
    afterProcessing: { processed: id, ms: draw.chance(0.5) ? 0 : soonMs(draw, 8) },
    sentMs,
  };
}

/** The same, of a partition that the group reads. */
export const drawAimAtGroup = (draw: Draw, scene: Scene, group: GroupOptions): Aim => {
  const topics = scene.options.topics.filter(({ name }) => group.topics.includes(name));
  return drawAim(draw, { ...scene, options: { ...scene.options, topics } }, 1);
};
