import { drawAim } from "./aim.ts";
import { afterStep, canWrite, end, fault, soonMs, transactionalIn, write } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * A batch of the past opens a transaction that nobody knows of, unless the leader asks whether there is one (KIP-890). Where a
 * transaction has an epoch of its own, what is left of it is refused anyway.
 */
export const lateBatch: Scenario = {
  id: "late-batch",
  sentence:
    "A batch is held up until its producer has given it up and the transaction was aborted; the next one may follow it.",
  kinds: ["delay-request"],
  isRare: true,
  isPossible: (options) =>
    options.brokerConfig["transaction.version"] === 0 && canWrite(options) && transactionalIn(options).length > 0,
  generate: (draw, scene) => {
    const { partition } = drawAim(draw, scene, 1);
    const producer = draw.pick(transactionalIn(scene.options));
    // By then the producer has waited for an answer, and the transaction has ended.
    const delayMs = draw.integer(2100, 5000);
    return [
      // Late enough for most of what the producer sends otherwise: under its next epoch the batch is of the past for everybody.
      fault(
        1,
        { ms: scene.spanMs + soonMs(draw, 10) },
        { kind: "delay-request", from: `client ${producer.id}`, api: "Produce", delayMs },
      ),
      write(1, afterStep("f1", 1), producer, partition),
      end(1, afterStep("w1", soonMs(draw, 6)), producer, "abort"),
      ...(draw.chance(0.5)
        ? [
            write(2, afterStep("w1", delayMs + soonMs(draw, 10)), producer, partition),
            end(2, afterStep("w2", soonMs(draw, 6)), producer, "commit"),
          ]
        : []),
    ];
  },
};
