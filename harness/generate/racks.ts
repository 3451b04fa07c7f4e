import type { Draw } from "../../model/random.ts";
import type { GroupOptions, TrialOptions } from "../../model/schedule.ts";

/** One trial in so many has brokers in racks, and groups that read from the closest replica (KIP-392). */
const racksChance = 0.08;

/** How long consumers stay with a replica: mostly not as long as a trial takes, or few would ever come back. */
const agesMs = [600, 1500, 30_000];

/** Each broker in a rack of its own, or in one of two; and each group in one of these racks. */
export function withRacks(draw: Draw, options: TrialOptions): TrialOptions {
  if (options.groups.length === 0 || options.brokers === 1 || !draw.chance(racksChance)) return options;
  const { brokerConfig, brokers, groups } = options;
  const count = draw.pick([2, brokers]);
  const racks = Array.from({ length: brokers }, (_, at) => `rack-${(at % count) + 1}`);
  const inRack = (group: GroupOptions): GroupOptions => {
    const own = draw.fork(group.id);
    return { ...group, config: { ...group.config, "client.rack": own.pick(racks), "metadata.max.age.ms": own.pick(agesMs) } };
  };
  return {
    ...options,
    brokerConfig: { ...brokerConfig, "broker.rack": racks, "replica.selector.class": "rack-aware" },
    groups: groups.map(inRack),
  };
}
