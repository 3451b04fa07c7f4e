import { expect, test } from "vitest";
import { tombstoneHeader } from "../clients/messages.ts";
import { ProtocolReader } from "./protocol-reader.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { readRecordBatches } from "./record-batches.ts";

/** A record without a key whose value is "x"; numbers are twice as large on the wire (zigzag), and -1 is 1. */
const plain = Buffer.from([16 - 2, 0, 0, 0, 1, 2, "x".charCodeAt(0), 0]);

/** A batch with that record, or with what is given instead. */
function batch(
  baseOffset: number,
  {
    attributes = 0,
    magic = 2,
    record = plain,
  }: { readonly attributes?: number; readonly magic?: number; readonly record?: Buffer } = {},
): Buffer {
  const body = new ProtocolWriter().int32(0).int8(magic).int32(0).int16(attributes).int32(0).int64(0).int64(0);
  body.int64(-1).int16(-1).int32(-1).int32(1);
  const bytes = Buffer.concat([body.toBuffer(), record]);
  return Buffer.concat([new ProtocolWriter().int64(baseOffset).int32(bytes.length).toBuffer(), bytes]);
}

const read = (...batches: readonly Buffer[]) => readRecordBatches(new ProtocolReader(Buffer.concat(batches)));

test("batches are read one after the other", () => {
  expect(read(batch(3), batch(7))).toEqual([
    { offset: 3, value: "x" },
    { offset: 7, value: "x" },
  ]);
});

test("a batch that is cut off is left for the next fetch", () => {
  expect(read(batch(3), batch(7).subarray(0, 40))).toEqual([{ offset: 3, value: "x" }]);
});

test("control batches have no records of anybody's", () => {
  expect(read(batch(3, { attributes: 0b110000 }), batch(4))).toEqual([{ offset: 4, value: "x" }]);
});

test("what cannot be read is an error, and not a record less", () => {
  expect(() => read(batch(3, { attributes: 1 }))).toThrow(/compressed/);
  expect(() => read(batch(3, { magic: 1 }))).toThrow(/magic 1/);
});

test("a tombstone has no value, and says in a header what would be it", () => {
  const header = [tombstoneHeader.length * 2, ...Buffer.from(tombstoneHeader), 2, "t".charCodeAt(0)];
  const fields = Buffer.from([0, 0, 0, 1, 1, 2, ...header]);
  expect(read(batch(3, { record: Buffer.concat([Buffer.from([fields.length * 2]), fields]) }))).toEqual([
    { offset: 3, value: "t" },
  ]);
  const bare = Buffer.from([0, 0, 0, 1, 1, 0]);
  expect(read(batch(3, { record: Buffer.concat([Buffer.from([bare.length * 2]), bare]) }))).toEqual([{ offset: 3, value: "" }]);
});
