import { expect, test } from "vitest";
import { partitionOf } from "../hand-made-history.ts";
import { Streams } from "./sends.ts";

const [zero, one] = [partitionOf("orders-0"), partitionOf("orders-1")];

test("a stream is what one life of a client sends to one partition", () => {
  const streams = new Streams();
  const first = streams.of("p1", zero);
  expect(streams.of("p1", zero)).toBe(first);
  expect(streams.of("p1", one)).not.toBe(first);
  expect(streams.of("p2", zero)).not.toBe(first);
  streams.beginLife("p1");
  expect(streams.of("p1", zero)).not.toBe(first);
});
