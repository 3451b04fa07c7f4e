import { expect, test } from "vitest";
import { ProtocolReader } from "./protocol-reader.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { readRecordBatches } from "./record-batches.ts";

/** A batch with one record whose value is "x", or with what is given instead. */
function batch(
  baseOffset: number,
  { attributes = 0, magic = 2 }: { readonly attributes?: number; readonly magic?: number } = {},
): Buffer {
  const record = Buffer.from([16 - 2, 0, 0, 0, 1, 2, "x".charCodeAt(0), 0]);
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
