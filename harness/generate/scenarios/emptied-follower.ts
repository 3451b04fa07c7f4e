import { drawAim } from "./aim.ts";
import { afterStep, drawShutdownMs, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import type { TopicOptions } from "../../../model/schedule.ts";

/**
 * A log without records has no epoch by which it could be told where the two differ, so that its end is out of the range of a
 * leader that has less. Only an election from outside the ISR leads there.
 */
export const emptiedFollower: Scenario = {
  id: "emptied-follower",
  sentence: "Records are deleted on a follower as well, and then a replica leads that has not got as far as they went.",
  kinds: ["cut-link", "delete-records", "stop-broker", "kill-broker"],
  isRare: true,
  isPossible: ({ topics }) => topics.some(isUnclean),
  generate: (draw, { options, ...scene }) => {
    const topics = options.topics.filter(isUnclean);
    const { afterAck, beforeSend, partition } = drawAim(draw, { ...scene, options: { ...options, topics } }, 3);
    const target = `leaderOf(${partition})`;
    return [
      fault(1, beforeSend, { kind: "cut-link", from: target, to: `followerOf(${partition}, 0)` }),
      fault(2, afterAck, { kind: "delete-records", partition, before: "high-watermark" }),
      // The record is committed when the follower behind the cut is out of the ISR, and the other one hears of the deletion later.
      fault(3, afterStep("f1", draw.integer(2000, 4000)), { kind: "stop-broker", target: `followerOf(${partition}, 1)` }),
      fault(4, afterStep("f3", 200 + drawShutdownMs(draw, options)), { kind: "kill-broker", target }),
      heal(3, afterStep("f4", soonMs(draw, 11))),
      heal(1, afterStep("f4", soonMs(draw, 11))),
      heal(4, afterStep("h3", pastSessionMs(draw, options))),
    ];
  },
};

const isUnclean = ({ config, replicationFactor }: TopicOptions): boolean =>
  replicationFactor >= 3 && config["unclean.leader.election.enable"] === true;
