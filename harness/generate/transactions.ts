import type { Draw } from "../../model/random.ts";
import type { GroupOptions, ProducerOptions, TopicOptions, TrialOptions } from "../../model/schedule.ts";
import { isCompacted } from "../../model/settings.ts";
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
  const transactional = {
    ...options,
    ...(settings.producers === undefined && { producers }),
    ...(settings.groups === undefined && { groups }),
    ...(settings.brokerConfig === undefined && { brokerConfig: { ...options.brokerConfig, ...version } }),
  };
  const isFree = settings.groups === undefined && settings.topics === undefined;
  return isFree ? withOutput(draw.fork("output"), transactional, timeoutMs) : transactional;
}

/** Of the trials with transactions one in so many has a group that commits its offsets with its output. */
const outputChance = 0.5;

/** The first group makes output of what it reads; another one may read that. Whether producers have transactions is another matter. */
function withOutput(draw: Draw, options: TrialOptions, timeoutMs: number): TrialOptions {
  const [first, ...others] = options.groups;
  if (first === undefined || !draw.chance(outputChance)) return options;
  if (options.topics.some(({ config }) => isCompacted(config))) return options;
  const topic: TopicOptions = { ...options.topics[0]!, name: "shipments", partitions: draw.pick([1, 2, 2, 3]) };
  const config = { "transaction.timeout.ms": timeoutMs, "linger.ms": draw.pick([0, 0, 5]) };
  const isolated = draw.chance(0.85) ? { "isolation.level": "read_committed" as const } : {};
  const processing: GroupOptions = {
    ...first,
    commit: "in-transaction",
    config: { ...first.config, ...isolated },
    output: { topic: topic.name, config },
  };
  const readers = others.map((group) =>
    draw.fork(group.id).chance(0.5) ? { ...group, topics: [...group.topics, topic.name] } : group,
  );
  const producers = draw.chance(0.4) ? options.producers.map(withoutTransactions) : options.producers;
  return { ...options, topics: [...options.topics, topic], groups: [processing, ...readers], producers };
}

function withoutTransactions({ config, id }: ProducerOptions): ProducerOptions {
  const { "transaction.timeout.ms": _timeout, "transactional.id": _id, ...rest } = config;
  return { id, config: rest };
}
