import { topicPartition, transactionsTopic } from "../../../model/ids.ts";
import { drawAimAtGroup } from "./aim.ts";
import { afterStep, drawPastMemberSessionMs, fault, heal, soonMs, withOutputIn } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Whoever takes over in the group must not begin before it is known whether the offsets count (KIP-447). */
export const offsetsInDoubt: Scenario = {
  id: "offsets-in-doubt",
  sentence:
    "It takes long until a group is told how a transaction with its offsets ends, and meanwhile members or its coordinator die.",
  kinds: ["delay-request", "kill-client", "pause-client", "kill-broker"],
  isOfOutput: true,
  isPossible: ({ groups }) => withOutputIn(groups).length > 0,
  generate: (draw, scene) => {
    const group = draw.pick(withOutputIn(scene.options.groups));
    const { afterProcessing, beforeSend } = drawAimAtGroup(draw, scene, group);
    const client = draw.pick(group.members);
    const delayMs = draw.integer(300, 3000);
    const coordinator = `leaderOf(${topicPartition(transactionsTopic, 0)})`;
    const late = draw.weighted([
      [65, { kind: "delay-request", from: coordinator, api: "WriteTxnMarkers", delayMs }],
      [35, { kind: "delay-request", from: `client ${client}`, api: "EndTxn", delayMs }],
    ] as const);
    const strike = draw.weighted([
      [45, { kind: "kill-client", client }],
      [20, { kind: "pause-client", client }],
      [35, { kind: "kill-broker", target: `coordinatorOf(${group.id})` }],
    ] as const);
    // Of the markers of one transaction that for the offsets is one: two requests go to two brokers.
    return [
      fault(1, draw.pick([beforeSend, afterProcessing]), late),
      fault(2, afterStep("f1", 0), late),
      fault(3, afterStep("f1", soonMs(draw, 9)), strike),
      heal(3, afterStep("f3", strike.kind === "pause-client" ? drawPastMemberSessionMs(draw, group) : soonMs(draw, 11))),
    ];
  },
};
