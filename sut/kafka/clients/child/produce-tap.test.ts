import { expect, test } from "vitest";
import { topicPartition } from "../../../../model/ids.ts";
import { ProtocolReader } from "../../wire/protocol-reader.ts";
import { ProtocolWriter } from "../../wire/protocol-writer.ts";
import { ProduceTap } from "./produce-tap.ts";

const orders0 = topicPartition("orders", 0);
const orders1 = topicPartition("orders", 1);

/** A request with a record for each of these partitions of `orders`. */
function produce(tap: ProduceTap, ...indexes: readonly number[]) {
  const body = new ProtocolWriter().string(null).int16(-1).int32(2000);
  body.array(["orders"], (topic) => body.string(topic).array(indexes, (index) => body.int32(index).int32(2).int8(0).int8(0)));
  return tap.onRequest(new ProtocolReader(body.toBuffer()));
}

/** An answer that gives each partition its error code. */
function answer(...errors: readonly (readonly [number, number])[]): ProtocolReader {
  const body = new ProtocolWriter();
  body.array(["orders"], (topic) => {
    body.string(topic).array(errors, ([index, error]) => body.int32(index).int16(error).int64(0).int64(-1).int64(0));
  });
  return new ProtocolReader(body.toBuffer());
}

test("each attempt at a record is noted with its answer, and one without an answer as such", () => {
  const tap = new ProduceTap();
  const attempts = tap.begin(orders0);
  expect(attempts).toEqual([]);
  produce(tap, 0).onResponse(answer([0, 6]));
  produce(tap, 0).onLost();
  produce(tap, 0).onResponse(answer([0, 0]));
  expect(attempts).toEqual([6, null, 0]);
});

test("answers find the attempt that they belong to, whichever comes first", () => {
  const tap = new ProduceTap();
  const [first, second] = [tap.begin(orders0), tap.begin(orders1)];
  const both = produce(tap, 0, 1);
  const again = produce(tap, 0);
  again.onResponse(answer([0, 0]));
  both.onResponse(answer([1, 7], [0, 19]));
  expect([first, second]).toEqual([[19, 0], [7]]);
});

test("a late answer to an attempt at the record before does not count for the next one", () => {
  const tap = new ProduceTap();
  const before = tap.begin(orders0);
  const late = produce(tap, 0);
  const next = tap.begin(orders0);
  late.onResponse(answer([0, 0]));
  expect([before, next]).toEqual([[0], []]);
});
