import { brokerId } from "../../../model/ids.ts";
import type { TopicOptions } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Two replicas, so that the rest of the cluster can decide: the one in sync is down, and an administrator does without it. */
export const electedOutOfSync: Scenario = {
  id: "elected-out-of-sync",
  sentence:
    "A leader loses its only follower and dies, and an administrator has the follower elected, which is back and behind.",
  kinds: ["reassign-partition", "kill-broker", "unclean-election"],
  isRare: true,
  isPossible: ({ brokers, topics }) => brokers > 2 && topics.some(isLeftToAdministrator),
  generate: (draw, scene) => {
    const topics = scene.options.topics.filter(isLeftToAdministrator);
    const { beforeSend, partition } = drawAim(draw, { ...scene, options: { ...scene.options, topics } }, 1);
    const first = draw.integer(1, scene.options.brokers);
    const replicas = [first, (first % scene.options.brokers) + 1].map(brokerId);
    return [
      fault(1, beforeSend, { kind: "reassign-partition", partition, replicas }),
      fault(2, afterStep("f1", 100 + soonMs(draw, 9)), { kind: "kill-broker", target: `followerOf(${partition}, 0)` }),
      fault(3, afterStep("f2", pastSessionMs(draw, scene.options)), { kind: "kill-broker", target: `leaderOf(${partition})` }),
      heal(2, afterStep("f3", soonMs(draw, 8))),
      fault(4, afterStep("h2", pastSessionMs(draw, scene.options)), { kind: "unclean-election", partition }),
      heal(3, afterStep("f4", soonMs(draw, 11))),
    ];
  },
};

/** Topics that are drawn to promise less, and still do not allow such an election by themselves. */
const isLeftToAdministrator = ({ config }: TopicOptions): boolean => config["unclean.leader.election.enable"] === false;
