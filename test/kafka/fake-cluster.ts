/** Brokers on loopback that answer questions about a cluster, each with what it believes at that moment. */

import type { ProcessState } from "../../fault-injection/cluster-view.ts";
import { brokerId, indexOf, leaderEpoch, topicOf } from "../../model/ids.ts";
import type { BrokerId, TopicPartition } from "../../model/ids.ts";
import { Observer } from "../../sut/kafka/cluster/observer.ts";
import type { PartitionMetadata } from "../../sut/kafka/wire/metadata.ts";
import { ProtocolWriter } from "../../sut/kafka/wire/protocol-writer.ts";
import type { Peer } from "../../sut/kafka/wire/round-trip.ts";
import { fakeBroker } from "./fake-broker.ts";
import type { FakeAnswer, FakeRequest } from "./fake-broker.ts";

/** What one broker believes, and so what it answers. */
export interface Belief {
  brokers: readonly number[];
  partitions: readonly PartitionMetadata[];
  /** Active controller and epoch; undefined where it cannot say. */
  quorum: readonly [number, number] | undefined;
  /** Of every group. */
  coordinator: number | undefined;
  groupState: string;
  /** Client ids of the members of every group. */
  members: readonly string[];
  /** The committed offset of every partition; undefined where there is none. */
  committed: number | undefined;
  /** Values of the records of every partition, from offset 0 on. */
  log: readonly string[];
  /** Takes no notice of any question. */
  isSilent: boolean;
}

export interface FakeBroker {
  readonly peer: Peer;
  state: ProcessState;
  readonly belief: Belief;
  /** API numbers of the questions that it was asked. */
  readonly asked: number[];
}

export interface FakeCluster extends AsyncDisposable {
  readonly brokers: ReadonlyMap<BrokerId, FakeBroker>;
  readonly observer: Observer;
  /** The broker of this number. */
  broker(id: number): FakeBroker;
  /** Has every broker believe this. */
  believe(belief: Partial<Belief>): void;
}

/** A partition led by the first of the brokers in sync, with replicas on brokers 1, 2 and 3. */
export function led(partition: TopicPartition, isr: readonly number[], epoch = 0): PartitionMetadata {
  const ids = (numbers: readonly number[]): readonly BrokerId[] => numbers.map(brokerId);
  return {
    partition,
    leader: brokerId(isr[0] ?? -1),
    leaderEpoch: leaderEpoch(epoch),
    replicas: ids([1, 2, 3]),
    isr: ids(isr),
  };
}

/** Starts three brokers that believe that all is well and nothing is there. */
export async function fakeCluster(): Promise<FakeCluster> {
  const servers: AsyncDisposable[] = [];
  const brokers = new Map<BrokerId, FakeBroker>();
  for (const id of [1, 2, 3]) {
    const belief: Belief = {
      brokers: [1, 2, 3],
      partitions: [],
      quorum: [1, 1],
      coordinator: 1,
      groupState: "Empty",
      members: [],
      committed: undefined,
      log: [],
      isSilent: false,
    };
    const asked: number[] = [];
    const server = await fakeBroker((request) => {
      asked.push(request.apiKey);
      return belief.isSilent ? "silence" : answer(belief, request);
    });
    servers.push(server);
    brokers.set(brokerId(id), { peer: server.peer, state: "up", belief, asked });
  }
  return {
    brokers,
    observer: new Observer(brokers),
    broker: (id) => brokers.get(brokerId(id))!,
    believe: (belief) => {
      for (const broker of brokers.values()) Object.assign(broker.belief, belief);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

function answer(belief: Belief, request: FakeRequest): FakeAnswer {
  const write = answers[request.apiKey];
  if (write === undefined) throw new Error(`nobody has told fake brokers how to answer API ${request.apiKey}`);
  const writer = new ProtocolWriter();
  write(writer, belief, request);
  return writer.toBuffer();
}

type Write = (answer: ProtocolWriter, belief: Belief, request: FakeRequest) => void;

const noThrottling = 0;

/** By API: those of wire/ and in the same versions. */
const answers: Readonly<Record<number, Write>> = {
  1: (answer, { log }, { body }) => {
    body.slice(4 * 4 + 1);
    const topics = body.array(() => ({ topic: body.string(), fetches: body.array(() => fetchOf(body)) }));
    answer.int32(noThrottling).array(topics, ({ fetches, topic }) => {
      answer.string(topic).array(fetches, ([index, from]) => {
        const bytes = Buffer.concat(log.map((value, at) => batch(at, value)).slice(from));
        answer.int32(index).int16(0).int64(log.length).int64(log.length).int32(-1).int32(bytes.length);
        for (const byte of bytes) answer.int8(byte > 127 ? byte - 256 : byte);
      });
    });
  },
  2: (answer, { log }, { body }) => {
    body.slice(4 + 1);
    const topics = body.array(() => ({ topic: body.string(), asked: body.array(() => [body.int32(), body.int64()] as const) }));
    answer.int32(noThrottling).array(topics, ({ asked, topic }) => {
      answer.string(topic).array(asked, ([index, timestamp]) => {
        answer
          .int32(index)
          .int16(0)
          .int64(-1)
          .int64(timestamp === -2 ? 0 : log.length);
      });
    });
  },
  3: (answer, { brokers, partitions }, { body }) => {
    const wanted = new Set(body.array(() => body.string()));
    answer.int32(noThrottling);
    answer.array(brokers, (id) => answer.int32(id).string("127.0.0.1").int32(9092).string(null));
    answer.string("cluster").int32(1);
    const topics = [...Map.groupBy(partitions, ({ partition }) => topicOf(partition))].filter(([topic]) => wanted.has(topic));
    answer.array(topics, ([topic, some]) => {
      answer.int16(0).string(topic).boolean(false);
      answer.array(some, ({ isr, leader, leaderEpoch: epoch, partition, replicas }) => {
        answer.int16(0).int32(indexOf(partition)).int32(leader).int32(epoch);
        for (const ids of [replicas, isr, []]) answer.array(ids, (id) => answer.int32(id));
      });
    });
  },
  9: (answer, { committed }, { body }) => {
    body.string();
    const topics = body.array(() => ({ topic: body.string(), indexes: body.array(() => body.int32()) }));
    answer.int32(noThrottling).array(topics, ({ indexes, topic }) => {
      answer.string(topic).array(indexes, (index) =>
        answer
          .int32(index)
          .int64(committed ?? -1)
          .string("")
          .int16(0),
      );
    });
    answer.int16(0);
  },
  10: (answer, { coordinator }) => {
    answer
      .int32(noThrottling)
      .int16(coordinator === undefined ? 15 : 0)
      .string(null);
    answer
      .int32(coordinator ?? -1)
      .string("")
      .int32(-1);
  },
  15: (answer, { groupState, members }) => {
    answer.int32(noThrottling).array(["group"], (group) => {
      answer.int16(0).string(group).string(groupState).string("consumer").string("range");
      answer.array(members, (id) => answer.string(`${id}-7`).string(id).string("/127.0.0.1").int32(0).int32(0));
    });
  },
  55: (answer, { quorum }) => {
    answer.noTags().int16(quorum === undefined ? 41 : 0);
    const [controller, epoch] = quorum ?? [-1, -1];
    answer.compactArray(["__cluster_metadata"], (topic) => {
      answer.compactString(topic).compactArray([0], (index) => {
        answer.int32(index).int16(0).int32(controller).int32(epoch).int64(0);
      });
    });
  },
};

function fetchOf(body: FakeRequest["body"]): readonly [number, number] {
  const index = body.int32();
  const from = body.int64();
  body.int32();
  return [index, from];
}

/** A record batch of one record. */
function batch(baseOffset: number, value: string): Buffer {
  const text = Buffer.from(value);
  // Attributes, timestamp and offset delta, no key, the value behind its length, no headers; lengths are zigzag varints.
  const record = Buffer.concat([Buffer.from([0, 0, 0, 1, text.length * 2]), text, Buffer.from([0])]);
  const body = new ProtocolWriter()
    .int32(0)
    .int8(2)
    .int32(0)
    .int16(0)
    .int32(0)
    .int64(0)
    .int64(0)
    .int64(-1)
    .int16(-1)
    .int32(-1)
    .int32(1);
  const bytes = Buffer.concat([body.toBuffer(), Buffer.from([record.length * 2]), record]);
  return Buffer.concat([new ProtocolWriter().int64(baseOffset).int32(bytes.length).toBuffer(), bytes]);
}
