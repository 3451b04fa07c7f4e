import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The next coordinator learns of the members from the offsets topic, and then one of them is missing. */
export const memberDiesWithBroker: Scenario = {
  id: "member-dies-with-broker",
  sentence: "A group member dies while the coordinator of its group, or the leader of what it reads, is down.",
  kinds: ["kill-broker", "kill-client"],
  isPossible: ({ groups }) => groups.length > 0,
  generate: (draw, scene) => {
    const { afterAck, beforeSend, partition } = drawAim(draw, scene, 1);
    const group = draw.pick(scene.options.groups);
    const target = draw.chance(0.7) ? `coordinatorOf(${group.id})` : `leaderOf(${partition})`;
    return [
      fault(1, draw.pick([beforeSend, afterAck]), { kind: "kill-broker", target }),
      fault(2, afterStep("f1", soonMs(draw, 11)), { kind: "kill-client", client: draw.pick(group.members) }),
      heal(2, afterStep("f2", soonMs(draw, 12))),
      heal(1, afterStep("f2", soonMs(draw, 12))),
    ];
  },
};
