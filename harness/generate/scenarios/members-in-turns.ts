import { drawAimAtGroup } from "./aim.ts";
import { afterStep, drawPastMemberSessionMs, fault, hasTwoMembers, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** The one that had taken over holds what it has processed and not committed of partitions that it will not be given again. */
export const membersInTurns: Scenario = {
  id: "members-in-turns",
  sentence: "A group member falls silent, and when it comes back the one that had taken over from it is silent.",
  kinds: ["pause-client"],
  isPossible: ({ groups }) => groups.some(hasTwoMembers),
  generate: (draw, scene) => {
    const group = draw.pick(scene.options.groups.filter(hasTwoMembers));
    const { afterProcessing, sentMs } = drawAimAtGroup(draw, scene, group);
    const [first, second] = draw.pick(
      group.members.flatMap((one) => group.members.filter((member) => member !== one).map((other) => [one, other] as const)),
    );
    const silentMs = drawPastMemberSessionMs(draw, group);
    return [
      fault(1, { ms: Math.max(100, sentMs - silentMs) }, { kind: "pause-client", client: first }),
      fault(2, draw.chance(0.6) ? afterProcessing : afterStep("f1", silentMs), { kind: "pause-client", client: second }),
      heal(1, afterStep("f1", silentMs + soonMs(draw, 8))),
      heal(2, afterStep("f2", drawPastMemberSessionMs(draw, group))),
    ];
  },
};
