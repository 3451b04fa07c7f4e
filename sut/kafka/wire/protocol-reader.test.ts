import { expect, test } from "vitest";
import { ProtocolReader } from "./protocol-reader.ts";
import { ProtocolWriter } from "./protocol-writer.ts";

const readerOf = (write: (writer: ProtocolWriter) => unknown): ProtocolReader => {
  const writer = new ProtocolWriter();
  write(writer);
  return new ProtocolReader(writer.toBuffer());
};

test("every primitive type that is written is read back", () => {
  const reader = readerOf((writer) =>
    writer
      .int8(-1)
      .int16(-2)
      .int32(2 ** 31 - 1)
      .int64(-1)
      .boolean(true)
      .string("grün")
      .string(null)
      .unsignedVarint(300)
      .compactString("aé")
      .compactArray([1, 2], (value) => writer.int8(value))
      .noTags()
      .array(["x"], (value) => writer.string(value)),
  );
  expect(reader.int8()).toBe(-1);
  expect(reader.int16()).toBe(-2);
  expect(reader.int32()).toBe(2 ** 31 - 1);
  expect(reader.int64()).toBe(-1);
  expect(reader.boolean()).toBe(true);
  expect(reader.string()).toBe("grün");
  expect(reader.string()).toBe("");
  expect(reader.unsignedVarint()).toBe(300);
  expect(reader.compactString()).toBe("aé");
  expect(reader.compactArray(() => reader.int8())).toEqual([1, 2]);
  reader.tags();
  expect(reader.array(() => reader.string())).toEqual(["x"]);
  expect(reader.isAtEnd).toBe(true);
});

test.each([
  [[0x00], 0],
  [[0x01], -1],
  [[0x02], 1],
  [[0xac, 0x04], 278],
  [[0xff, 0xff, 0xff, 0xff, 0x0f], -(2 ** 31)],
])("the zigzag integer %j is %i", (bytes, value) => {
  expect(new ProtocolReader(Buffer.from(bytes)).varint()).toBe(value);
});

test("tagged fields that nobody knows are passed over", () => {
  const reader = new ProtocolReader(Buffer.from([2, 0, 1, 0xaa, 7, 2, 0xbb, 0xcc, 5]));
  reader.tags();
  expect(reader.int8()).toBe(5);
});

test("reading past the end is an error, and so is an array that cannot fit", () => {
  expect(() => new ProtocolReader(Buffer.from([0, 0])).int32()).toThrow(RangeError);
  const huge = readerOf((writer) => writer.int32(1_000_000));
  expect(() => huge.array(() => 0)).toThrow(/does not fit/);
});
