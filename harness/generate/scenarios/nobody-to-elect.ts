import { brokerId } from "../../../model/ids.ts";
import type { TopicOptions } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** One replica, so that the rest of the cluster can still decide when all of them are gone. */
export const nobodyToElect: Scenario = {
  id: "nobody-to-elect",
  sentence: "The only replica of a partition is down, and an administrator wants anybody to lead.",
  kinds: ["reassign-partition", "kill-broker", "unclean-election"],
  isSeldom: true,
  isPossible: ({ brokers, topics }) => brokers > 2 && topics.some(mayLose),
  generate: (draw, scene) => {
    const topics = scene.options.topics.filter(mayLose);
    const { beforeSend, partition } = drawAim(draw, { ...scene, options: { ...scene.options, topics } }, 1);
    const replicas = [brokerId(draw.integer(1, scene.options.brokers))];
    return [
      fault(1, beforeSend, { kind: "reassign-partition", partition, replicas }),
      fault(2, afterStep("f1", 300 + soonMs(draw, 9)), { kind: "kill-broker", target: `broker ${replicas[0]}` }),
      fault(3, afterStep("f2", pastSessionMs(draw, scene.options)), { kind: "unclean-election", partition }),
      heal(2, afterStep("f3", soonMs(draw, 11))),
    ];
  },
};

/** Topics that are drawn to promise less: who asks for such an election takes the promise back in any case. */
const mayLose = ({ config }: TopicOptions): boolean => config["unclean.leader.election.enable"] !== undefined;
