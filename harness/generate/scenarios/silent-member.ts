import { drawAimAtGroup } from "./aim.ts";
import { afterStep, drawPastMemberSessionMs, fault, hasTwoMembers, heal } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** It comes back with records in hand, and with offsets to commit, of partitions that are another member's by now. */
export const silentMember: Scenario = {
  id: "silent-member",
  sentence: "A group member stands still with records in hand until its session is over, and then goes on.",
  kinds: ["pause-client"],
  isPossible: ({ groups }) => groups.some(hasTwoMembers),
  generate: (draw, scene) => {
    const group = draw.pick(scene.options.groups.filter(hasTwoMembers));
    const { afterAck, afterProcessing } = drawAimAtGroup(draw, scene, group);
    return [
      fault(1, draw.pick([afterAck, afterProcessing]), { kind: "pause-client", client: draw.pick(group.members) }),
      heal(1, afterStep("f1", drawPastMemberSessionMs(draw, group))),
    ];
  },
};
