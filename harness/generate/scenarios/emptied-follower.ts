import { topicOf } from "../../../model/ids.ts";
import type { Step } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** A log without records has no epoch by which it could be told where the two differ: its end is beyond its leader's. */
export const emptiedFollower: Scenario = {
  id: "emptied-follower",
  sentence: "All records are deleted on all replicas, and then power is lost: whoever leads has a shorter log than its follower.",
  kinds: ["delete-records", "stop-broker", "power-off-broker"],
  isDrawnApart: true,
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { afterAck, partition } = drawAim(draw, scene);
    const replicas = scene.options.topics.find(({ name }) => name === topicOf(partition))!.replicationFactor;
    const steps: Step[] = [fault(1, afterAck, { kind: "delete-records", partition, before: "high-watermark" })];
    // Followers hear of the new log start with an answer, and answers come at least twice a second.
    let after = afterStep("f1", draw.integer(0, 700));
    for (let nth = 2; nth <= replicas; nth++) {
      steps.push(fault(nth, after, { kind: "stop-broker", target: `followerOf(${partition}, ${nth - 2})` }));
      after = afterStep(`f${nth}`, soonMs(draw, 9));
    }
    const last = replicas + 1;
    steps.push(fault(last, after, { kind: "power-off-broker", target: `leaderOf(${partition})` }));
    steps.push(heal(last, afterStep(`f${last}`, pastSessionMs(draw, scene.options))));
    for (let nth = 2; nth <= replicas; nth++) steps.push(heal(nth, afterStep(`h${last}`, soonMs(draw, 11))));
    return steps;
  },
};
