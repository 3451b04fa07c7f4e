import { drawAimAtGroup } from "./aim.ts";
import { afterStep, drawPastMemberSessionMs, fault, hasTwoMembers, heal, soonMs, withOutputIn } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What it has in hand another member has processed meanwhile: neither its output nor its offsets may count (KIP-447). */
export const processingZombie: Scenario = {
  id: "processing-zombie",
  sentence:
    "A member stands still in the middle of a transaction until its partitions are another one's, and then wants to commit.",
  kinds: ["pause-client", "slow-handler"],
  isOfOutput: true,
  isPossible: ({ groups }) => withOutputIn(groups).some(hasTwoMembers),
  generate: (draw, scene) => {
    const group = draw.pick(withOutputIn(scene.options.groups).filter(hasTwoMembers));
    const { afterProcessing, sentMs } = drawAimAtGroup(draw, scene, group);
    const client = draw.pick(group.members);
    // A handler that is slow makes a run of records long enough to be struck in.
    const slow = { kind: "slow-handler", client, handlerMs: draw.pick([20, 100, 400]) } as const;
    return [
      fault(1, { ms: Math.max(0, sentMs - soonMs(draw, 9)) }, slow),
      fault(2, draw.pick([afterProcessing, afterStep("f1", soonMs(draw, 10))]), { kind: "pause-client", client }),
      heal(2, afterStep("f2", drawPastMemberSessionMs(draw, group))),
    ];
  },
};
