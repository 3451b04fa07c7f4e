import { expect, test } from "vitest";
import { murmur2, partitionOfKey } from "./murmur2.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("murmur2 of %j is %i, as in Kafka's own tests", (text, hash) => {
  expect(murmur2(bytes(text))).toBe(hash);
});

test.each([
  ["21", [0, 0, 0, 0]],
  ["foobar", [0, 0, 6, 6]],
  ["a-little-bit-long-string", [2, 2, 2, 8]],
  ["a-little-bit-longer-string", [2, 5, 9, 11]],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", [2, 5, 7, 5]],
  ["abc", [0, 3, 7, 3]],
  ["", [0, 3, 1, 9]],
])("key %j goes to the partitions that the Java client chooses for 3, 6, 10 and 12 of them", (key, partitions) => {
  expect([3, 6, 10, 12].map((count) => partitionOfKey(key, count))).toEqual(partitions);
});

test("a key beyond ASCII is hashed by its UTF-8 bytes", () => {
  for (const key of ["é", "日本", "🦆", "aé日🦆"]) {
    expect(partitionOfKey(key, 1000)).toBe((murmur2(bytes(key)) & 0x7fffffff) % 1000);
  }
});
