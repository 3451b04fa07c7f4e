/** The table of what Kafka does not promise, and under which condition. */

import type { Step } from "../../model/schedule.ts";
import { scheduleOf, starts } from "../../harness/written-schedule.ts";
import type { Scene } from "../../harness/written-schedule.ts";
import { does, send } from "./row.ts";
import type { Row } from "./row.ts";

type Setup = Omit<Scene, "steps">;

/** The same steps, with the settings in question and with safe ones. */
const both = (
  steps: readonly Step[],
  setup: Setup,
  { settings, ...safe }: Setup & { readonly settings: string },
): Pick<Row, "safe" | "schedule"> => ({
  schedule: scheduleOf({ ...setup, steps }),
  safe: { settings, schedule: scheduleOf({ ...safe, steps }) },
});

const leader = "leaderOf(orders-0)";
const follower = (nth: number): string => `followerOf(orders-0, ${nth})`;
/** One replica, and a producer that takes its time before it sends again. */
const repeatsLate: Setup = {
  replicationFactor: 1,
  group: {},
  producer: { "request.timeout.ms": 300, "retry.backoff.ms": 900, "retry.backoff.max.ms": 900 },
};

const leaderDies = [100, 150, 200, 250, 300]
  .map((ms, at) => send(`s${at + 1}`, ms))
  .concat(does("dies", { played: "s2", ms: 8 }, { kind: "kill-broker", target: leader }, 2500));

/** Both followers cannot fetch, so that the ISR is the leader alone when the record comes. */
const followersBehind = (...then: readonly Step[]): readonly Step[] => [
  ...[0, 1].flatMap((nth) =>
    does(
      `behind${nth + 1}`,
      { ms: 100 },
      { kind: "isolate-broker", target: follower(nth), from: "brokers", listener: "broker" },
      8000,
    ),
  ),
  send("s0", 500),
  send("s1", 5100),
  ...then,
];

export const rows: readonly Row[] = [
  {
    id: "acks-0",
    condition: "acks=0",
    effect: "records are lost, and nobody is told",
    seenAs: { records: "lost" },
    ...both(
      leaderDies,
      { producer: { acks: "0", "enable.idempotence": false, retries: 0 } },
      { settings: "acks=all", producer: { acks: "all" } },
    ),
  },
  {
    id: "acks-1",
    condition: "acks=1, and the leader fails before anybody has fetched the record",
    effect: "an acknowledged record is lost",
    seenAs: { property: "no-lost-acked-record", setting: "acks=1" },
    ...both(
      [
        ...does("alone", { ms: 100 }, { kind: "isolate-broker", target: leader, from: "brokers" }),
        send("s1", 200),
        ...does("dies", { acked: "s1" }, { kind: "kill-broker", target: leader }, 4000),
      ],
      { producer: { acks: "1", "enable.idempotence": false } },
      { settings: "acks=all", producer: { acks: "all" } },
    ),
  },
  {
    id: "min-isr-1",
    condition: "min.insync.replicas=1, and the last replica in sync loses power",
    effect: "a record that acks=all has acknowledged is lost",
    seenAs: { property: "no-lost-acked-record", setting: "min.insync.replicas=1" },
    ...both(
      followersBehind(...does("power", { acked: "s1" }, { kind: "power-off-broker", target: leader }, 500)),
      { topic: { "min.insync.replicas": 1 } },
      { settings: "min.insync.replicas=2", topic: { "min.insync.replicas": 2 } },
    ),
  },
  {
    id: "unclean-election",
    condition: "unclean.leader.election.enable=true, and nobody in the ISR is left",
    effect: "a record that acks=all has acknowledged is lost",
    seenAs: { property: "no-lost-acked-record", setting: "unclean.leader.election.enable=true" },
    ...both(
      followersBehind(...does("dies", { acked: "s1" }, { kind: "kill-broker", target: leader }, 6000)),
      { topic: { "min.insync.replicas": 1, "unclean.leader.election.enable": true } },
      { settings: "unclean.leader.election.enable=false", topic: { "min.insync.replicas": 1 } },
    ),
  },
  {
    id: "one-replica",
    condition: "replication.factor=1, and the broker loses power",
    effect: "an acknowledged record is lost",
    seenAs: { property: "no-lost-acked-record", setting: "min.insync.replicas=1" },
    ...both(
      [send("s1", 100), ...does("power", { acked: "s1" }, { kind: "power-off-broker", target: leader }, 500)],
      { replicationFactor: 1, topic: { "min.insync.replicas": 1 } },
      { settings: "replication.factor=3, min.insync.replicas=2", topic: { "min.insync.replicas": 2 } },
    ),
  },
  {
    id: "power-everywhere",
    condition: "power is lost on every replica in sync before anything was flushed",
    effect: "an acknowledged record is lost",
    seenAs: { property: "no-lost-acked-record", setting: "min.insync.replicas=2" },
    schedule: scheduleOf({
      steps: [
        send("s1", 100),
        ...["broker 1", "broker 2", "broker 3"].flatMap((target, at) =>
          does(`power${at + 1}`, { acked: "s1" }, { kind: "power-off-broker", target }, 500),
        ),
      ],
    }),
    safe: {
      settings: "power is lost on fewer replicas than min.insync.replicas",
      schedule: scheduleOf({
        steps: [send("s1", 100), ...does("power1", { acked: "s1" }, { kind: "power-off-broker", target: leader }, 500)],
      }),
    },
  },
  {
    id: "retries-without-idempotence",
    condition: "retries>0, enable.idempotence=false",
    effect: "a record is in the log twice",
    seenAs: { records: "twiceInLog" },
    ...both(
      leaderDies,
      { producer: { "enable.idempotence": false } },
      { settings: "enable.idempotence=true", producer: { "enable.idempotence": true } },
    ),
  },
  {
    id: "deleted-and-restarted",
    condition: "all records of a producer are deleted, and the broker is started again",
    effect: "what an idempotent producer sends again is not recognised, and read again",
    seenAs: { records: "processedTwice" },
    ...both(
      [
        starts("c1", 0),
        ...does("unheard", { ms: 10 }, { kind: "lose-response", client: "shop", api: "Produce" }),
        send("s1", 1500),
        ...does("dies", { ms: 2100 }, { kind: "kill-broker", target: leader }, 100),
      ],
      { ...repeatsLate, topic: { "min.insync.replicas": 1, "retention.ms": 0 } },
      {
        ...repeatsLate,
        settings: "retention.ms longer than a producer repeats (delivery.timeout.ms)",
        topic: { "min.insync.replicas": 1 },
      },
    ),
  },
  {
    id: "reset-to-latest",
    condition: "auto.offset.reset=latest, and the group has committed nothing",
    effect: "records that were there before are skipped",
    seenAs: { property: "at-least-once-processing", setting: "auto.offset.reset=latest" },
    ...both(
      [send("s1", 100), starts("c1", 1000), send("s2", { assigned: "c1", ms: 500 })],
      { group: { config: { "auto.offset.reset": "latest" } } },
      { settings: "auto.offset.reset=earliest", group: { config: { "auto.offset.reset": "earliest" } } },
    ),
  },
  {
    id: "compaction",
    condition: "cleanup.policy=compact",
    effect: "older values of a key vanish",
    seenAs: { property: "no-lost-acked-record", setting: "cleanup.policy=compact" },
    ...both(
      [1, 2, 3, 4].map((nth) => send(`s${nth}`, nth * 100, "k1")).concat(send("s5", 3000, "k2")),
      { topic: { "cleanup.policy": "compact", "segment.bytes": 100, "min.cleanable.dirty.ratio": 0 } },
      { settings: "cleanup.policy=delete", topic: { "cleanup.policy": "delete", "segment.bytes": 100 } },
    ),
  },
  {
    id: "read-uncommitted",
    condition: "isolation.level=read_uncommitted",
    effect: "records of a transaction that is aborted are read",
    seenAs: { records: "abortedRead" },
    ...both(
      [
        starts("c1", 0),
        send("s1", 1000),
        ...does("abort", { acked: "s1", ms: 500 }, { kind: "end-transaction", producer: "shop", outcome: "abort" }),
      ],
      { producer: { "transactional.id": "tx" }, group: { config: { "isolation.level": "read_uncommitted" } } },
      {
        settings: "isolation.level=read_committed",
        producer: { "transactional.id": "tx" },
        group: { config: { "isolation.level": "read_committed" } },
      },
    ),
  },
  {
    id: "commit-first",
    condition: "offsets are committed before records are processed, and the member dies",
    effect: "records are processed by nobody",
    seenAs: { property: "at-least-once-processing", setting: "commit before processing" },
    ...both(
      [
        starts("c1", 0),
        ...[1, 2, 3].map((nth) => send(`s${nth}`, 1000)),
        ...does("dies", { processed: "s1" }, { kind: "kill-client", client: "c1" }, 2500),
        send("s4", { played: "dies", ms: 3000 }),
      ],
      { group: { commit: "before-processing", handlerMs: 50 } },
      { settings: "commit after processing", group: { commit: "after-processing", handlerMs: 50 } },
    ),
  },
  {
    id: "slow-consumer",
    condition: "processing takes longer than max.poll.interval.ms",
    effect: "another member processes the record as well",
    seenAs: { records: "processedTwice" },
    ...both(
      [
        starts("c1", 0),
        starts("c2", 20),
        send("s1", 1500),
        ...does("slow", { ms: 1400 }, { kind: "slow-handler", client: "c1", handlerMs: 3000 }, 4000),
      ],
      { group: { config: { "max.poll.interval.ms": 1000 } } },
      {
        settings: "max.poll.interval.ms longer than the slowest record",
        group: { config: { "max.poll.interval.ms": 10_000 } },
      },
    ),
  },
  {
    id: "one-epoch-for-all-transactions",
    condition: "transaction.version=0, and the end of a transaction is held up on its way",
    effect: "it ends the next transaction of the producer",
    seenAs: { property: "transactions-are-atomic", setting: "transaction.version=0" },
    ...both(
      [
        ...does("late", { ms: 900 }, { kind: "delay-request", from: "client shop", api: "EndTxn", delayMs: 3000 }),
        send("s1", 1000),
        ...does("commit", { acked: "s1", ms: 10 }, { kind: "end-transaction", producer: "shop", outcome: "commit" }),
        send("s2", { played: "commit", ms: 2400 }),
        ...does("abort", { played: "commit", ms: 3500 }, { kind: "end-transaction", producer: "shop", outcome: "abort" }),
      ],
      { producer: { "transactional.id": "tx" }, brokerConfig: { "transaction.version": 0 } },
      {
        settings: "transaction.version=2",
        producer: { "transactional.id": "tx" },
        brokerConfig: { "transaction.version": 2 },
      },
    ),
  },
  {
    id: "offsets-on-one-broker",
    condition: "offsets.topic.replication.factor=1, and that broker loses power",
    effect: "commits are lost, and a group begins where it was before",
    seenAs: { property: "committed-offset-is-accepted-commit", setting: "min.insync.replicas=1" },
    ...both(
      [
        starts("c1", 0),
        send("s1", 5050),
        ...does("power", { processed: "s1", ms: 20 }, { kind: "power-off-broker", target: "coordinatorOf(billing)" }, 500),
        ...does("dies", { played: "power" }, { kind: "kill-client", client: "c1" }, 3000),
        send("s2", { played: "power", ms: 5000 }),
      ],
      {
        group: {},
        brokerConfig: { "offsets.topic.replication.factor": 1, "min.insync.replicas": 1 },
        topic: { "min.insync.replicas": 2 },
      },
      {
        settings: "offsets.topic.replication.factor=3, min.insync.replicas=2",
        group: {},
        brokerConfig: { "offsets.topic.replication.factor": 3, "min.insync.replicas": 2 },
      },
    ),
  },
];
