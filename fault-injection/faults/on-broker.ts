import type { Fault } from "../../model/fault.ts";
import type { Command } from "../command.ts";
import { checkBrokerTarget, drawBrokerTarget } from "../draw-target.ts";
import { skipped } from "../fault-definition.ts";
import type { FaultDefinition, FaultFamily } from "../fault-definition.ts";
import { resolveBroker } from "../resolve-target.ts";

type BrokerFault = Extract<
  Fault,
  { readonly kind: "kill-broker" | "power-off-broker" | "stop-broker" | "pause-broker" | "fail-disk" }
>;

/** What faults of one broker's process have in common: a broker that is up is told one thing, and another to heal it. */
export function onBroker<F extends BrokerFault>(how: {
  readonly kind: F["kind"];
  readonly family: FaultFamily;
  readonly sentence: string;
  readonly heal: "start-broker" | "resume-broker" | "replace-disk";
}): FaultDefinition<F> {
  return {
    sentence: how.sentence,
    family: how.family,
    generate: (draw, options) => ({ kind: how.kind, target: drawBrokerTarget(draw, options) }) as F,
    check: ({ target }, options) => checkBrokerTarget(target, options),
    inject: ({ target }, view) => {
      const broker = resolveBroker(target, view);
      if (broker === undefined) return skipped(`nobody is ${target} now`);
      if (view.brokers.get(broker) !== "up") return skipped(`broker ${broker} is ${view.brokers.get(broker)} already`);
      const command: Command = { kind: how.kind, broker };
      return { kind: "injected", commands: [command], heal: [{ kind: how.heal, broker }], resolved: [`broker ${broker}`] };
    },
  };
}
