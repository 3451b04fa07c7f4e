import type { Draw } from "../../model/random.ts";
import type { TrialOptions } from "../../model/schedule.ts";
import type { GeneratorSettings } from "./settings.ts";

/** One trial in so many has transactions. */
const transactionChance = 0.2;

/** Producers with transactions, some of which share an id, so that one fences the other; consumers that read what is committed. */
export function withTransactions(draw: Draw, options: TrialOptions, settings: GeneratorSettings): TrialOptions {
  // A workload of the user's own would have to end them.
  if (settings.transactions === false || settings.workload !== undefined) return options;
  if (!draw.chance(transactionChance)) return options;
  const sharesId = draw.chance(0.15);
  const timeoutMs = draw.pick([1000, 3000, 6000]);
  const producers = options.producers.map(({ config, id }) => ({
    id,
    config: {
      ...config,
      acks: "all" as const,
      "enable.idempotence": true,
      retries: 2147483647,
      "transactional.id": sharesId ? "shared" : `of-${id}`,
      "transaction.timeout.ms": timeoutMs,
    },
  }));
  const isolated = { "isolation.level": "read_committed" as const };
  const groups = options.groups.map((group) => {
    const isIsolated = draw.fork(group.id).chance(0.75);
    return isIsolated ? { ...group, config: { ...group.config, ...isolated } } : group;
  });
  const version = draw.chance(0.5) ? {} : { "transaction.version": 0 as const };
  return {
    ...options,
    ...(settings.producers === undefined && { producers }),
    ...(settings.groups === undefined && { groups }),
    ...(settings.brokerConfig === undefined && { brokerConfig: { ...options.brokerConfig, ...version } }),
  };
}
