import { expect, test } from "vitest";
import { indexOf, noLeader, offsetsTopic, topicOf, topicPartition } from "./ids.ts";

test.each([
  ["orders", 0, "orders-0"],
  ["orders-eu", 12, "orders-eu-12"],
  ["a-1", 2, "a-1-2"],
  [offsetsTopic, 49, "__consumer_offsets-49"],
])("partition %s %i is written %s, and read again", (topic, index, text) => {
  const partition = topicPartition(topic, index);
  expect(partition).toBe(text);
  expect([topicOf(partition), indexOf(partition)]).toEqual([topic, index]);
});

test("no leader is -1, as in Kafka's metadata", () => {
  expect(noLeader).toBe(-1);
});
