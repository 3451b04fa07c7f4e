import { brokerId, topicOf } from "../../../model/ids.ts";
import type { Fault } from "../../../model/fault.ts";
import { drawAim } from "./aim.ts";
import { afterStep, fault, hasReplicas, heal, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * The leader hears of the past how far a replica was that has been thrown away since. Who counts it in elects, when the leader
 * dies, a log with nothing in it.
 */
export const lateFetch: Scenario = {
  id: "late-fetch",
  sentence: "A replica is moved away and back, and its leader hears only then what it had fetched before.",
  kinds: ["duplicate-request", "reassign-partition", "cut-link", "kill-broker"],
  isPossible: (options) => options.brokers > 1 && hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { options } = scene;
    const { afterAck, partition } = drawAim(draw, scene);
    const all = Array.from({ length: options.brokers }, (_, at) => brokerId(at + 1));
    const moved = draw.pick(all);
    const { replicationFactor } = options.topics.find(({ name }) => name === topicOf(partition))!;
    const others = all.filter((broker) => broker !== moved);
    const from = `broker ${moved}`;
    const leader = `leaderOf(${partition})`;
    const awayMs = soonMs(draw, 7);
    const backMs = 150 + soonMs(draw, 9);
    const lateMs = 50 + soonMs(draw, 9);
    const reassign = (...replicas: readonly (typeof moved)[]): Fault => ({ kind: "reassign-partition", partition, replicas });
    const late: Fault = {
      kind: "duplicate-request",
      from,
      api: "Fetch",
      listener: "broker",
      delayMs: awayMs + backMs + lateMs,
    };
    return [
      // A broker fetches from several others: one of three requests goes to this partition's leader, more often than not.
      fault(1, afterAck, late),
      fault(2, afterStep("f1", 0), late),
      fault(3, afterStep("f1", 0), late),
      fault(4, afterStep("f1", awayMs), reassign(...others.slice(0, Math.max(1, replicationFactor - 1)))),
      fault(5, afterStep("f4", backMs), { kind: "cut-link", from: leader, to: from, oneWay: true, listener: "broker" }),
      fault(6, afterStep("f5", 0), reassign(moved, ...others.slice(0, replicationFactor - 1))),
      fault(7, afterStep("f6", lateMs + 50 + soonMs(draw, 9)), { kind: "kill-broker", target: leader }),
      heal(5, afterStep("f7", soonMs(draw, 10))),
      heal(7, afterStep("h5", 1500 + soonMs(draw, 11))),
    ];
  },
};
