import { topicPartition, transactionsTopic } from "../../../model/ids.ts";
import { drawAim } from "./aim.ts";
import { afterStep, canWrite, end, fault, soonMs, transactionalIn, write } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** What the end of one transaction has left on its way meets the next one: it must not end that one too (KAFKA-19446). */
export const lateMarker: Scenario = {
  id: "late-marker",
  sentence:
    "A marker, or the request for the end of a transaction, is held up and sent again, and arrives when the next one is open.",
  kinds: ["delay-request", "duplicate-request"],
  isRare: true,
  isPossible: (options) => canWrite(options) && transactionalIn(options).length > 0,
  generate: (draw, scene) => {
    const { partition } = drawAim(draw, scene, 1);
    const producer = draw.pick(transactionalIn(scene.options));
    const coordinator = `leaderOf(${topicPartition(transactionsTopic, 0)})`;
    const late = draw.weighted([
      [70, { from: coordinator, api: "WriteTxnMarkers" }],
      [30, { from: `client ${producer.id}`, api: "EndTxn" }],
    ] as const);
    const kind = draw.pick(["delay-request", "delay-request", "duplicate-request"] as const);
    // Whoever waits for the answer gives up after a second or two, and sends it again.
    const delayMs = draw.integer(1000, 4000);
    const next = afterStep("e1", draw.integer(500, delayMs));
    return [
      write(1, { ms: soonMs(draw, 11) }, producer, partition),
      fault(1, afterStep("w1", soonMs(draw, 7)), { kind, ...late, delayMs }),
      end(1, afterStep("f1", 1), producer, draw.pick(["commit", "commit", "abort"] as const)),
      write(2, next, producer, partition),
      ...(draw.chance(0.6)
        ? [end(2, afterStep("w2", delayMs + soonMs(draw, 10)), producer, draw.pick(["commit", "abort"] as const))]
        : []),
    ];
  },
};
