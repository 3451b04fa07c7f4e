/** What a schedule file may hold. Unknown fields are refused, so that a misspelt one does not pass for a default. */

import * as v from "valibot";
import { brokerApis, losableApis, memberApis, outputApis, producerApis } from "../model/fault.ts";
import { scheduleFormat } from "../model/schedule.ts";
import type { Schedule } from "../model/schedule.ts";

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
/** -1 for no limit. */
const naturalOrNone = v.pipe(v.number(), v.integer(), v.minValue(-1));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const ms = v.pipe(v.number(), v.minValue(0));
const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,100}$/, "must be letters, digits, dots, dashes and underscores"));

const brokerConfig = v.partial(
  v.strictObject({
    "broker.heartbeat.interval.ms": positive,
    "broker.session.timeout.ms": positive,
    "controller.quorum.election.timeout.ms": positive,
    "controller.quorum.fetch.timeout.ms": positive,
    "replica.lag.time.max.ms": positive,
    "replica.fetch.wait.max.ms": positive,
    "replica.fetch.backoff.ms": positive,
    "replica.socket.timeout.ms": positive,
    "replica.high.watermark.checkpoint.interval.ms": positive,
    "log.flush.start.offset.checkpoint.interval.ms": positive,
    "log.cleaner.backoff.ms": positive,
    "log.retention.check.interval.ms": positive,
    "min.insync.replicas": positive,
    "unclean.leader.election.enable": v.boolean(),
    "eligible.leader.replicas.version": v.picklist([0, 1]),
    "offsets.topic.num.partitions": positive,
    "offsets.topic.replication.factor": positive,
    "offsets.topic.segment.bytes": positive,
    "offsets.commit.timeout.ms": positive,
    "transaction.version": v.picklist([0, 2]),
    "transaction.state.log.num.partitions": positive,
    "transaction.state.log.replication.factor": positive,
    "transaction.state.log.segment.bytes": positive,
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": positive,
    "group.initial.rebalance.delay.ms": natural,
    "group.min.session.timeout.ms": positive,
    "group.max.size": positive,
    "broker.rack": v.array(name),
    "replica.selector.class": v.picklist(["none", "rack-aware"]),
  }),
);
const topicConfig = v.partial(
  v.strictObject({
    "min.insync.replicas": positive,
    "unclean.leader.election.enable": v.boolean(),
    "segment.bytes": positive,
    "segment.ms": positive,
    "index.interval.bytes": natural,
    "cleanup.policy": v.picklist(["delete", "compact", "compact,delete"]),
    "min.cleanable.dirty.ratio": v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    "min.compaction.lag.ms": natural,
    "max.compaction.lag.ms": positive,
    "delete.retention.ms": natural,
    "retention.ms": naturalOrNone,
    "retention.bytes": naturalOrNone,
  }),
);
const producerConfig = v.partial(
  v.strictObject({
    acks: v.picklist(["0", "1", "all"]),
    "enable.idempotence": v.boolean(),
    retries: natural,
    "max.in.flight.requests.per.connection": positive,
    "linger.ms": natural,
    "request.timeout.ms": positive,
    "delivery.timeout.ms": positive,
    "retry.backoff.ms": positive,
    "retry.backoff.max.ms": positive,
    "partitioner.class": name,
    "partitioner.ignore.keys": v.boolean(),
    "batch.size": natural,
    "transactional.id": v.string(),
    "transaction.timeout.ms": positive,
  }),
);
const consumerConfig = v.partial(
  v.strictObject({
    "partition.assignment.strategy": v.picklist(["range", "roundrobin", "sticky", "cooperative-sticky"]),
    "auto.offset.reset": v.picklist(["earliest", "latest"]),
    "isolation.level": v.picklist(["read_uncommitted", "read_committed"]),
    "session.timeout.ms": positive,
    "heartbeat.interval.ms": positive,
    "max.poll.interval.ms": positive,
    "max.poll.records": positive,
    "fetch.max.wait.ms": positive,
    "client.rack": v.union([name, v.literal("")]),
    "metadata.max.age.ms": natural,
    "auto.commit.interval.ms": positive,
    "request.timeout.ms": positive,
    "retry.backoff.ms": positive,
    "retry.backoff.max.ms": positive,
  }),
);

const options = v.strictObject({
  brokers: positive,
  brokerConfig,
  topics: v.pipe(
    v.array(v.strictObject({ name, partitions: positive, replicationFactor: positive, config: topicConfig })),
    v.minLength(1),
  ),
  producers: v.array(v.strictObject({ id: name, config: producerConfig })),
  groups: v.array(
    v.strictObject({
      id: name,
      topics: v.pipe(v.array(name), v.minLength(1)),
      members: v.pipe(v.array(name), v.minLength(1)),
      instances: v.optional(v.record(name, name)),
      commit: v.picklist(["after-processing", "before-processing", "auto", "in-transaction"]),
      handlerMs: ms,
      config: consumerConfig,
      output: v.optional(v.strictObject({ topic: name, config: producerConfig })),
    }),
  ),
});

const after = v.union(
  [
    v.strictObject({ ms }),
    v.strictObject({ acked: name, ms: v.optional(ms) }),
    v.strictObject({ processed: name, ms: v.optional(ms) }),
    v.strictObject({ assigned: name, ms: v.optional(ms) }),
    v.strictObject({ played: name, ms: v.optional(ms) }),
  ],
  'must be { "ms": 5 }, or { "acked": "s1" }, with processed, assigned or played in its place and ms beside it as you like',
);

const target = v.string();
const onBroker = <const Kind extends string>(kind: Kind) => v.strictObject({ kind: v.literal(kind), target });
const onClient = <const Kind extends string>(kind: Kind) => v.strictObject({ kind: v.literal(kind), client: name });

const clock = v.literal("jumps");
const listener = v.picklist(["broker", "controller"]);
const onRequest = <const Kind extends string>(kind: Kind) =>
  v.strictObject({
    kind: v.literal(kind),
    from: target,
    api: v.picklist([...producerApis, ...memberApis, ...outputApis, ...brokerApis]),
    listener: v.optional(listener),
    delayMs: ms,
  });

const operation = v.variant("kind", [
  v.strictObject({
    kind: v.literal("send"),
    producer: name,
    topic: name,
    partition: v.optional(natural),
    key: v.optional(v.string()),
    valueBytes: v.optional(natural),
    tombstone: v.optional(v.literal(true)),
  }),
  v.strictObject({ kind: v.literal("end-transaction"), producer: name, outcome: v.picklist(["commit", "abort"]) }),
  v.strictObject({ kind: v.literal("start-member"), member: name }),
  v.strictObject({ kind: v.literal("stop-member"), member: name }),
  v.strictObject({ kind: v.literal("heal"), fault: name }),
  onBroker("kill-broker"),
  onBroker("power-off-broker"),
  onBroker("stop-broker"),
  v.strictObject({ kind: v.literal("pause-broker"), target, clock: v.optional(clock) }),
  v.strictObject({ kind: v.literal("jump-clock"), target, byMs: ms }),
  onBroker("fail-disk"),
  v.strictObject({
    kind: v.literal("cut-link"),
    from: target,
    to: target,
    oneWay: v.optional(v.literal(true)),
    listener: v.optional(listener),
  }),
  v.strictObject({
    kind: v.literal("slow-link"),
    from: target,
    to: target,
    delayMs: ms,
    oneWay: v.optional(v.literal(true)),
  }),
  v.strictObject({
    kind: v.literal("isolate-broker"),
    target,
    from: v.picklist(["brokers", "clients", "everybody"]),
    with: v.optional(positive),
    oneWay: v.optional(v.picklist(["in", "out"])),
    listener: v.optional(listener),
  }),
  v.strictObject({
    kind: v.literal("split-clients"),
    target,
    with: v.optional(positive),
    only: v.picklist(["producers", "consumers"]),
  }),
  v.strictObject({
    kind: v.literal("reset-connections"),
    from: target,
    to: target,
    requests: v.picklist(["lost", "handled"]),
  }),
  onRequest("delay-request"),
  onRequest("duplicate-request"),
  v.pipe(
    v.strictObject({
      kind: v.literal("lose-response"),
      client: v.optional(name),
      target: v.optional(target),
      api: v.picklist([...losableApis, ...brokerApis]),
      listener: v.optional(listener),
    }),
    v.check((fault) => (fault.client === undefined) !== (fault.target === undefined), 'must have a "client" or a "target"'),
    v.check((fault) => fault.client === undefined || fault.listener === undefined, "a client's response has no listener"),
  ),
  v.strictObject({ kind: v.literal("elect-leader"), partition: v.string() }),
  v.strictObject({ kind: v.literal("unclean-election"), partition: v.string() }),
  v.strictObject({
    kind: v.literal("reassign-partition"),
    partition: v.string(),
    replicas: v.pipe(v.array(positive), v.minLength(1)),
  }),
  v.strictObject({
    kind: v.literal("delete-records"),
    partition: v.string(),
    before: v.union([natural, v.literal("high-watermark")], 'must be an offset or "high-watermark"'),
  }),
  onClient("kill-client"),
  v.strictObject({ kind: v.literal("pause-client"), client: name, clock: v.optional(clock) }),
  v.strictObject({ kind: v.literal("slow-handler"), client: name, handlerMs: ms }),
  v.strictObject({ kind: v.literal("own-fault"), fault: name, parameters: v.unknown() }),
]);

const schedule = v.strictObject({
  format: v.literal(scheduleFormat),
  options,
  steps: v.array(v.strictObject({ id: name, after, do: operation })),
  noise: v.strictObject({
    seed: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/, "must be eight hexadecimal digits")),
    latencyMs: v.pipe(
      v.strictObject({ min: ms, max: ms }),
      v.check(({ max, min }) => min <= max, "min must not be above max"),
    ),
  }),
});

/** A value that has the form of a schedule, or the first thing about it that has not: where it is, and what is wrong. */
export type Checked =
  | { readonly kind: "schedule"; readonly schedule: Schedule }
  | { readonly kind: "wrong"; readonly path: string; readonly problem: string };

/** Checks that a value has the form of a schedule. What it names may still not exist: see `checkSchedule`. */
export function checkScheduleForm(value: unknown): Checked {
  const result = v.safeParse(schedule, value, { abortEarly: true });
  // The schema says the same as the type, but for brands and for optional fields, which JSON cannot set to undefined.
  if (result.success) return { kind: "schedule", schedule: result.output as unknown as Schedule };
  const [issue] = result.issues;
  return { kind: "wrong", path: v.getDotPath(issue) ?? "the schedule", problem: problemOf(issue) };
}

function problemOf({ expected, message, received }: v.BaseIssue<unknown>): string {
  if (expected === "never") return "there is no such field";
  return received === "undefined" ? "it is missing" : message;
}
