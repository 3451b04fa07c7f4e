import { expect, test } from "vitest";
import { fakeBroker } from "../../../test/kafka/fake-broker.ts";
import type { FakeRequest } from "../../../test/kafka/fake-broker.ts";
import { brokerId, memberId, offset, topicPartition } from "../../../model/ids.ts";
import { describeQuorum } from "./describe-quorum.ts";
import { electPreferredLeader } from "./elect-leaders.ts";
import { fetch } from "./fetch.ts";
import { committedOffsets, deleteGroup, describeGroup, findCoordinator, removeMembers } from "./groups.ts";
import { listOffset } from "./list-offsets.ts";
import { metadata } from "./metadata.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { createTopics, deleteTopics } from "./topics.ts";

const orders0 = topicPartition("orders", 0);
const noThrottling = 0;

/** A broker that checks which request comes, in which version, and answers with what `write` has written. */
const brokerFor = (api: readonly [number, number], write: (answer: ProtocolWriter, request: FakeRequest) => unknown) =>
  fakeBroker((request) => {
    expect([request.apiKey, request.apiVersion]).toEqual(api);
    const answer = new ProtocolWriter();
    write(answer, request);
    return answer.toBuffer();
  });

test("metadata tells leaders, epochs, replicas and who is in sync", async () => {
  await using broker = await brokerFor([3, 7], (answer, { body }) => {
    expect(body.array(() => body.string())).toEqual(["orders"]);
    expect(body.boolean()).toBe(false);
    answer.int32(noThrottling);
    answer.array([1, 2], (id) => answer.int32(id).string("127.0.0.1").int32(9092).string(null));
    answer.string("cluster").int32(2);
    answer.array(["orders"], (topic) => {
      answer.int16(0).string(topic).boolean(false);
      answer.array([0], (index) => {
        answer.int16(0).int32(index).int32(2).int32(5);
        for (const ids of [[1, 2], [2], []]) answer.array(ids, (id) => answer.int32(id));
      });
    });
  });
  expect(await metadata(broker.peer, ["orders"])).toEqual({
    brokers: [1, 2],
    partitions: [{ partition: "orders-0", leader: 2, leaderEpoch: 5, replicas: [1, 2], isr: [2] }],
  });
});

test("the controller is whom the quorum follows, and nobody where there is an error", async () => {
  let error = 0;
  await using broker = await brokerFor([55, 0], (answer, { body }) => {
    body.tags();
    expect(body.compactArray(() => body.compactString())).toEqual(["__cluster_metadata"]);
    answer.noTags().int16(error);
    answer.compactArray(["__cluster_metadata"], (topic) => {
      answer.compactString(topic).compactArray([0], (index) => answer.int32(index).int16(0).int32(3).int32(17).int64(0));
    });
  });
  expect(await describeQuorum(broker.peer)).toEqual({ controller: 3, epoch: 17 });
  error = 41;
  expect(await describeQuorum(broker.peer)).toBeUndefined();
});

test("a preferred election names the partition and returns its error", async () => {
  await using broker = await brokerFor([43, 1], (answer, { body }) => {
    expect(body.int8()).toBe(0);
    expect(body.array(() => [body.string(), body.array(() => body.int32())])).toEqual([["orders", [0]]]);
    answer.int32(noThrottling).int16(0);
    answer.array(["orders"], (topic) => {
      answer.string(topic).array([0], (index) => answer.int32(index).int16(84).string("not needed"));
    });
  });
  expect(await electPreferredLeader(broker.peer, orders0)).toBe(84);
});

test("a topic is created with its replicas and settings", async () => {
  await using broker = await brokerFor([19, 4], (answer, { body }) => {
    const topics = body.array(() => ({
      name: body.string(),
      counts: [body.int32(), body.int16()],
      replicas: body.array(() => [body.int32(), body.array(() => body.int32())]),
      config: body.array(() => [body.string(), body.string()]),
    }));
    expect(topics).toEqual([
      { name: "orders", counts: [-1, -1], replicas: [[0, [2, 3]]], config: [["min.insync.replicas", "1"]] },
    ]);
    answer.int32(noThrottling).array(["orders"], (topic) => answer.string(topic).int16(36).string(null));
  });
  const topic = { name: "orders", assignment: [[brokerId(2), brokerId(3)]], config: { "min.insync.replicas": "1" } };
  expect(await createTopics(broker.peer, [topic])).toEqual([{ name: "orders", errorCode: 36 }]);
});

test("topics are deleted by name", async () => {
  await using broker = await brokerFor([20, 3], (answer, { body }) => {
    expect(body.array(() => body.string())).toEqual(["orders"]);
    answer.int32(noThrottling).array(["orders"], (topic) => answer.string(topic).int16(0));
  });
  expect(await deleteTopics(broker.peer, ["orders"])).toEqual([{ name: "orders", errorCode: 0 }]);
});

test.each([
  [0, 2, 2],
  [15, -1, undefined],
])("with error %i and node %i the coordinator is %s", async (error, node, coordinator) => {
  await using broker = await brokerFor([10, 2], (answer, { body }) => {
    expect([body.string(), body.int8()]).toEqual(["billing", 0]);
    answer.int32(noThrottling).int16(error).string(null).int32(node).string("").int32(-1);
  });
  expect(await findCoordinator(broker.peer, "billing")).toBe(coordinator);
});

test("a group is described with its state and members", async () => {
  await using broker = await brokerFor([15, 2], (answer) => {
    answer.int32(noThrottling).array(["billing"], (group) => {
      answer.int16(0).string(group).string("Stable").string("consumer").string("range");
      answer.array(["c1-7"], (id) => answer.string(id).string("c1").string("/127.0.0.1").int32(2).int16(9).int32(0));
    });
  });
  expect(await describeGroup(broker.peer, "billing")).toEqual({
    errorCode: 0,
    state: "Stable",
    members: [{ member: "c1-7", clientId: "c1" }],
  });
});

test.each([
  [0, [{ partition: "orders-0", offset: 7 }]],
  [16, undefined],
])("committed offsets after error %i are %j", async (error, expected) => {
  await using broker = await brokerFor([9, 4], (answer, { body }) => {
    expect([body.string(), body.array(() => [body.string(), body.array(() => body.int32())])]).toEqual([
      "billing",
      [["orders", [0, 1]]],
    ]);
    answer.int32(noThrottling).array(["orders"], (topic) => {
      answer.string(topic).array([7, -1], (committed) => {
        answer
          .int32(committed === 7 ? 0 : 1)
          .int64(committed)
          .string("")
          .int16(0);
      });
    });
    answer.int16(error);
  });
  expect(await committedOffsets(broker.peer, "billing", [orders0, topicPartition("orders", 1)])).toEqual(expected);
});

test("members are taken out of a group, and the group is deleted", async () => {
  await using leaving = await brokerFor([13, 3], (answer, { body }) => {
    expect([body.string(), body.array(() => [body.string(), body.string()])]).toEqual(["billing", [["c1-7", ""]]]);
    answer.int32(noThrottling).int16(25);
  });
  expect(await removeMembers(leaving.peer, "billing", [memberId("c1-7")])).toBe(25);
  await using deleting = await brokerFor([42, 1], (answer) => {
    answer.int32(noThrottling).array(["billing"], (group) => answer.string(group).int16(68));
  });
  expect(await deleteGroup(deleting.peer, "billing")).toBe(68);
});

test.each([
  ["earliest", -2, 0, 3],
  ["latest", -1, 0, 3],
  ["latest", -1, 6, undefined],
] as const)("the %s offset is asked for by timestamp %i; with error %i it is %s", async (which, timestamp, error, found) => {
  await using broker = await brokerFor([2, 3], (answer, { body }) => {
    expect([body.int32(), body.int8()]).toEqual([-1, 0]);
    expect(body.array(() => [body.string(), body.array(() => [body.int32(), body.int64()])])).toEqual([
      ["orders", [[0, timestamp]]],
    ]);
    answer.int32(noThrottling).array(["orders"], (topic) => {
      answer.string(topic).array([0], (index) => answer.int32(index).int16(error).int64(-1).int64(3));
    });
  });
  expect(await listOffset(broker.peer, orders0, which)).toBe(found);
});

test("a fetch returns the records from the offset asked for on", async () => {
  // Two records at offsets 1 and 2, the second with the key "k", as Apache Kafka 4.3.1 returned them.
  const batch = Buffer.from(
    "000000000000000100000044000000000239cc4e55000000000001000001a1fc875308000001a1fc87530800000000000000000000000000010000000210000000010473310012000002026b04733200",
    "hex",
  );
  await using broker = await brokerFor([1, 4], (answer) => {
    answer.int32(noThrottling).array(["orders"], (topic) => {
      answer.string(topic).array([0], (index) => {
        answer.int32(index).int16(0).int64(3).int64(3).int32(-1).int32(batch.length);
        for (let at = 0; at < batch.length; at++) answer.int8(batch.readInt8(at));
      });
    });
  });
  const records = [
    { offset: 1, value: "s1" },
    { offset: 2, value: "s2" },
  ];
  expect(await fetch(broker.peer, orders0, offset(1))).toEqual({ errorCode: 0, records });
  expect(await fetch(broker.peer, orders0, offset(2))).toEqual({ errorCode: 0, records: records.slice(1) });
});
