import { brokerId } from "../../../model/ids.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Of two new replicas one is in sync, the other one cannot fetch, and the old one is gone: to cancel would leave nobody in sync. */
export const cancelledTooLate: Scenario = {
  id: "cancelled-too-late",
  sentence: "A move to two new replicas cannot be completed, the old one dies, and then the move is cancelled.",
  kinds: ["reassign-partition", "cut-link", "kill-broker"],
  isSeldom: true,
  isPossible: ({ brokers }) => brokers > 2,
  generate: (draw, scene) => {
    const { brokers } = scene.options;
    const { beforeSend, partition } = drawAim(draw, scene, 1);
    const first = draw.integer(0, brokers - 1);
    const [old, joins, lags] = [0, 1, 2].map((step) => ((first + step) % brokers) + 1);
    const cutFrom = (other: number) =>
      ({ kind: "cut-link", from: `broker ${lags}`, to: `broker ${other}`, listener: "broker" }) as const;
    return [
      fault(1, beforeSend, { kind: "reassign-partition", partition, replicas: [brokerId(old!)] }),
      fault(2, afterStep("f1", 300), cutFrom(old!)),
      fault(3, afterStep("f2", 0), cutFrom(joins!)),
      fault(4, afterStep("f3", soonMs(draw, 6)), {
        kind: "reassign-partition",
        partition,
        replicas: [brokerId(joins!), brokerId(lags!)],
      }),
      fault(5, afterStep("f4", 300 + soonMs(draw, 8)), { kind: "kill-broker", target: `broker ${old}` }),
      heal(4, afterStep("f5", pastSessionMs(draw, scene.options))),
      heal(5, afterStep("h4", soonMs(draw, 9))),
      heal(2, afterStep("h4", soonMs(draw, 10))),
      heal(3, afterStep("h4", soonMs(draw, 10))),
    ];
  },
};
