import { faultDefinitions } from "../../../fault-injection/catalogue.ts";
import type { Fault } from "../../../model/fault.ts";
import type { TopicPartition } from "../../../model/ids.ts";
import { topicOf } from "../../../model/ids.ts";
import type { Draw } from "../../../model/random.ts";
import type { TrialOptions } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Old replicas are still needed, new ones are behind, and leader and controller change meanwhile. */
export const movedReplicas: Scenario = {
  id: "moved-replicas",
  sentence: "While the replicas of a partition are being moved one of its brokers fails, or the controller does.",
  kinds: ["reassign-partition", "kill-broker", "stop-broker", "pause-broker", "isolate-broker"],
  isPossible: ({ brokers, topics }) => topics.some(({ replicationFactor }) => replicationFactor < brokers),
  generate: (draw, scene) => {
    const { options } = scene;
    const topics = options.topics.filter(({ replicationFactor }) => replicationFactor < options.brokers);
    const roomy = { ...scene, options: { ...options, topics } };
    const { afterAck, beforeSend, partition } = drawAim(draw, roomy, 1);
    const target = draw.pick([`leaderOf(${partition})`, "controller", `broker ${draw.integer(1, options.brokers)}`]);
    const what = draw.weighted<Fault>([
      [3, { kind: "kill-broker", target }],
      [1, { kind: "stop-broker", target }],
      [2, { kind: "pause-broker", target }],
      [2, { kind: "isolate-broker", target, from: "brokers" }],
    ]);
    const isMovedBack = draw.chance(0.3);
    const isCancelled = draw.chance(0.3);
    return [
      fault(1, draw.pick([beforeSend, afterAck]), drawMove(draw.fork("there"), options, partition)),
      fault(2, afterStep("f1", draw.chance(0.5) ? soonMs(draw, 4) : soonMs(draw, 10)), what),
      heal(2, afterStep("f2", soonMs(draw, 12))),
      ...(isMovedBack ? [fault(3, afterStep("f2", soonMs(draw, 11)), drawMove(draw.fork("back"), options, partition))] : []),
      ...(isCancelled ? [heal(1, afterStep("f2", soonMs(draw, 11)))] : []),
    ];
  },
};

/** A move of this partition rather than of any. */
function drawMove(draw: Draw, options: TrialOptions, partition: TopicPartition): Fault {
  const topics = options.topics.filter(({ name }) => name === topicOf(partition));
  return { ...faultDefinitions["reassign-partition"].generate(draw, { ...options, topics }), partition };
}
