/**
 * The Kafka settings that kafka-trial reads, under Kafka's own names, with the values a trial uses unless told otherwise.
 *
 * Times are shorter than Kafka's defaults by about ten, and the same for the in-memory cluster and for real brokers, so that
 * one schedule means the same on both and a failover takes two seconds instead of ten. What a setting *does* is unchanged.
 */

/** Broker settings (`server.properties`). Milliseconds where the name says `ms`. */
export interface BrokerSettings {
  readonly "broker.heartbeat.interval.ms": number;
  readonly "broker.session.timeout.ms": number;
  readonly "controller.quorum.election.timeout.ms": number;
  readonly "controller.quorum.fetch.timeout.ms": number;
  readonly "replica.lag.time.max.ms": number;
  readonly "replica.fetch.wait.max.ms": number;
  readonly "replica.fetch.backoff.ms": number;
  readonly "replica.socket.timeout.ms": number;
  readonly "replica.high.watermark.checkpoint.interval.ms": number;
  readonly "log.flush.start.offset.checkpoint.interval.ms": number;
  /** How often a broker looks for logs that are worth cleaning. */
  readonly "log.cleaner.backoff.ms": number;
  /** How often a broker looks for segments that are too old or too many. */
  readonly "log.retention.check.interval.ms": number;
  readonly "min.insync.replicas": number;
  readonly "unclean.leader.election.enable": boolean;
  /** 1 where replicas that have left a shrinking ISR may still be eligible to lead (KIP-966). A feature of the whole cluster. */
  readonly "eligible.leader.replicas.version": 0 | 1;
  readonly "offsets.topic.num.partitions": number;
  readonly "offsets.topic.replication.factor": number;
  /** How large segments of `__consumer_offsets` get before they may be cleaned; so with `__transaction_state` below. */
  readonly "offsets.topic.segment.bytes": number;
  readonly "offsets.commit.timeout.ms": number;
  /** 2 where each transaction of a producer has an epoch of its own (KIP-890), 0 for the protocol of before. */
  readonly "transaction.version": 0 | 2;
  readonly "transaction.state.log.num.partitions": number;
  readonly "transaction.state.log.replication.factor": number;
  readonly "transaction.state.log.segment.bytes": number;
  /** How often a coordinator looks for transactions whose time is over. */
  readonly "transaction.abort.timed.out.transaction.cleanup.interval.ms": number;
  readonly "group.initial.rebalance.delay.ms": number;
  readonly "group.min.session.timeout.ms": number;
  /** How many members a group takes at most. */
  readonly "group.max.size": number;
  /** The rack of each broker, in the order of their ids; brokers for which there is none left are in no rack. */
  readonly "broker.rack": readonly string[];
  /**
   * Which replica a leader sends a consumer to (KIP-392), under a short name: `rack-aware` is RackAwareReplicaSelector; with `none`
   * consumers stay with the leader.
   */
  readonly "replica.selector.class": "none" | "rack-aware";
}

/** Topic settings; those two override the broker setting of the same name. */
export interface TopicSettings extends LogSettings {
  readonly "min.insync.replicas": number;
  readonly "unclean.leader.election.enable": boolean;
}

/**
 * Topic settings about the files that a log is kept in. Brokers have them under other names (`log.segment.bytes`), and in a
 * trial always with their defaults. In memory `segment.bytes` may be below the 1 MiB that Kafka takes at least (KIP-1030).
 */
export interface LogSettings {
  readonly "segment.bytes": number;
  /** Measured by the timestamps of records: from the first one of a segment to the one that is about to be appended. */
  readonly "segment.ms": number;
  /** An entry of the offset index is made when more bytes than that have been appended since the last one. */
  readonly "index.interval.bytes": number;
  /** How a topic's logs get rid of old records: `delete` goes by age and size, `compact` keeps the last record of each key. */
  readonly "cleanup.policy": "delete" | "compact" | "compact,delete";
  /** How much of a log has to be new since it was cleaned, as a share of its bytes, for it to be cleaned again. */
  readonly "min.cleanable.dirty.ratio": number;
  /** Segments whose newest record is no older than that are not cleaned. */
  readonly "min.compaction.lag.ms": number;
  /** A log with a record older than that which has not been cleaned is cleaned however little of it is new (KIP-354). */
  readonly "max.compaction.lag.ms": number;
  /** How long a tombstone, or a transaction's marker, stays after it was cleaned first (KIP-534). */
  readonly "delete.retention.ms": number;
  /** Whole segments go whose newest record is older than that, by its timestamp; -1 for no limit. */
  readonly "retention.ms": number;
  /** The oldest segments go while the log without them is no smaller than that; -1 for no limit. */
  readonly "retention.bytes": number;
}

/** Producer settings. `acks` is a text, as in Kafka's configuration. */
export interface ProducerSettings {
  readonly acks: "0" | "1" | "all";
  readonly "enable.idempotence": boolean;
  readonly retries: number;
  readonly "max.in.flight.requests.per.connection": number;
  readonly "linger.ms": number;
  readonly "request.timeout.ms": number;
  readonly "delivery.timeout.ms": number;
  readonly "retry.backoff.ms": number;
  readonly "retry.backoff.max.ms": number;
  /**
   * Who chooses the partition of a record whose step names none, under a short name: `default` goes by the key, and where there
   * is none stays with a partition for `batch.size` bytes (KIP-794); `round-robin` is RoundRobinPartitioner, which looks at no
   * key; `sticky` is UniformStickyPartitioner of Kafka 2.4 to 3.9, which looks at no key either and changes with each batch
   * (KIP-480). Anything else is the id of a partitioner that the user brings along.
   */
  readonly "partitioner.class": string;
  /** Only `default` asks: true makes it treat all records as if they had no key. */
  readonly "partitioner.ignore.keys": boolean;
  /** Bytes that a batch takes at most, unless one record alone is larger. */
  readonly "batch.size": number;
  /** Empty for a producer without transactions. */
  readonly "transactional.id": string;
  readonly "transaction.timeout.ms": number;
}

/**
 * How the leader of a classic group shares out partitions, under a short name: RangeAssignor, RoundRobinAssignor, StickyAssignor
 * (KIP-54) and CooperativeStickyAssignor (KIP-429).
 */
export type AssignmentStrategy = "range" | "roundrobin" | "sticky" | "cooperative-sticky";

/** Whether members say what they hold from before, for the leader to leave it with them. */
export const isSticky = (strategy: AssignmentStrategy): boolean => strategy === "sticky" || strategy === "cooperative-sticky";

/** Whether members keep what they hold during a rebalance, and give up only what they are not given again (KIP-429). */
export const isCooperative = (strategy: AssignmentStrategy): boolean => strategy === "cooperative-sticky";

/** Consumer settings. When offsets are committed is the application's choice: `commit` of the group in a schedule. */
export interface ConsumerSettings {
  readonly "partition.assignment.strategy": AssignmentStrategy;
  readonly "auto.offset.reset": "earliest" | "latest";
  readonly "isolation.level": "read_uncommitted" | "read_committed";
  readonly "session.timeout.ms": number;
  readonly "heartbeat.interval.ms": number;
  readonly "max.poll.interval.ms": number;
  readonly "max.poll.records": number;
  readonly "fetch.max.wait.ms": number;
  /** The rack that the consumer is in; empty for none. */
  readonly "client.rack": string;
  /** How long a consumer stays with the replica that its leader has sent it to (KIP-392). Metadata does not expire by it here. */
  readonly "metadata.max.age.ms": number;
  readonly "auto.commit.interval.ms": number;
  readonly "request.timeout.ms": number;
  readonly "retry.backoff.ms": number;
  readonly "retry.backoff.max.ms": number;
}

export const defaultBrokerSettings: BrokerSettings = {
  "broker.heartbeat.interval.ms": 500,
  "broker.session.timeout.ms": 1500,
  "controller.quorum.election.timeout.ms": 500,
  "controller.quorum.fetch.timeout.ms": 1000,
  "replica.lag.time.max.ms": 2000,
  "replica.fetch.wait.max.ms": 500,
  "replica.fetch.backoff.ms": 100,
  "replica.socket.timeout.ms": 2000,
  "replica.high.watermark.checkpoint.interval.ms": 500,
  "log.flush.start.offset.checkpoint.interval.ms": 6000,
  "log.cleaner.backoff.ms": 500,
  "log.retention.check.interval.ms": 500,
  "min.insync.replicas": 2,
  "unclean.leader.election.enable": false,
  "eligible.leader.replicas.version": 0,
  "offsets.topic.num.partitions": 1,
  "offsets.topic.replication.factor": 3,
  "offsets.topic.segment.bytes": 104857600,
  "offsets.commit.timeout.ms": 1000,
  "transaction.version": 2,
  "transaction.state.log.num.partitions": 1,
  "transaction.state.log.replication.factor": 3,
  "transaction.state.log.segment.bytes": 104857600,
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
  "group.initial.rebalance.delay.ms": 0,
  "group.min.session.timeout.ms": 500,
  "group.max.size": 2147483647,
  "broker.rack": [],
  "replica.selector.class": "none",
};

/** Kafka's own defaults: a trial is too short for a second segment, or for a record too old, unless its schedule says otherwise. */
export const defaultLogSettings: LogSettings = {
  "segment.bytes": 1073741824,
  "segment.ms": 604800000,
  "index.interval.bytes": 4096,
  "cleanup.policy": "delete",
  "min.cleanable.dirty.ratio": 0.5,
  "min.compaction.lag.ms": 0,
  "max.compaction.lag.ms": Number.MAX_SAFE_INTEGER,
  "delete.retention.ms": 86400000,
  "retention.ms": 604800000,
  "retention.bytes": -1,
};

/**
 * The log settings of a coordinators' topic, by the kind of broker setting that is about it. They are compacted, which is left out where
 * no trial is long enough for a segment of theirs to be full.
 */
export function internalLogSettings(
  kind: "offsets.topic" | "transaction.state.log",
  settings: BrokerSettings,
): Partial<LogSettings> {
  const segmentBytes = settings[`${kind}.segment.bytes`];
  if (segmentBytes >= defaultBrokerSettings[`${kind}.segment.bytes`]) return {};
  return { "cleanup.policy": "compact", "segment.bytes": segmentBytes };
}

/** Whether a trial may be long enough for records of such a topic to be deleted because they are too old or too many. */
export const hasRetention = (settings: LogSettings): boolean =>
  isDeleted(settings) &&
  (settings["retention.bytes"] >= 0 ||
    (settings["retention.ms"] >= 0 && settings["retention.ms"] < defaultLogSettings["retention.ms"]));

/** Whether of several records of one key only the last is kept. */
export const isCompacted = (settings: Partial<LogSettings>): boolean =>
  settings["cleanup.policy"]?.startsWith("compact") === true;

/** Whether old records may be deleted whatever their keys: by age, by size, or because an administrator asks for it. */
export const isDeleted = (settings: Partial<LogSettings>): boolean => settings["cleanup.policy"] !== "compact";

export const defaultProducerSettings: ProducerSettings = {
  acks: "all",
  "enable.idempotence": true,
  retries: 2147483647,
  "max.in.flight.requests.per.connection": 5,
  "linger.ms": 5,
  "request.timeout.ms": 2000,
  "delivery.timeout.ms": 10000,
  "retry.backoff.ms": 100,
  "retry.backoff.max.ms": 500,
  "partitioner.class": "default",
  "partitioner.ignore.keys": false,
  "batch.size": 16384,
  "transactional.id": "",
  "transaction.timeout.ms": 6000,
};

export const defaultConsumerSettings: ConsumerSettings = {
  "partition.assignment.strategy": "range",
  "auto.offset.reset": "earliest",
  "isolation.level": "read_uncommitted",
  "session.timeout.ms": 2000,
  "heartbeat.interval.ms": 500,
  "max.poll.interval.ms": 4000,
  "max.poll.records": 10,
  "fetch.max.wait.ms": 500,
  "client.rack": "",
  "metadata.max.age.ms": 30000,
  "auto.commit.interval.ms": 500,
  "request.timeout.ms": 2000,
  "retry.backoff.ms": 100,
  "retry.backoff.max.ms": 500,
};

/** Whether a consumer is given only what belongs to no transaction, or to one that was committed. */
export const readsCommitted = (settings: Partial<ConsumerSettings>): boolean =>
  settings["isolation.level"] === "read_committed";

/** Settings with `overrides` laid over `defaults`. */
export function withDefaults<T extends object>(defaults: T, overrides: Partial<T> | undefined): T {
  return overrides === undefined ? defaults : { ...defaults, ...overrides };
}
