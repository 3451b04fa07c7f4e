/** Reads the primitive types of Kafka's protocol. Reading past the end throws: the answer was not what its version says. */

export class ProtocolReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.skip(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.skip(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.skip(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.skip(4));
  }

  /** Offsets, epochs and producer ids stay far below 2^53: see model/ids.ts. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE(this.skip(8)));
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  /** Null, which has a length of -1, is read as an empty text. */
  string(): string {
    return this.text(this.int16());
  }

  /** Bytes behind their length in 32 bits; null is read as none. */
  lengthAndBytes(): ProtocolReader {
    return this.slice(Math.max(0, this.int32()));
  }

  array<T>(read: () => T): readonly T[] {
    return this.many(this.int32(), read);
  }

  slice(size: number): ProtocolReader {
    const start = this.skip(size);
    return new ProtocolReader(this.bytes.subarray(start, start + size));
  }

  text(size: number): string {
    if (size < 0) return "";
    const start = this.skip(size);
    return this.bytes.toString("utf8", start, start + size);
  }

  // --- of flexible versions (KIP-482) and of records -------------------------------------------------------------------

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.bytes.readUInt8(this.skip(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a variable-length integer does not end");
  }

  /** Zigzag: the sign is in the lowest bit. */
  varint(): number {
    const value = this.unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  compactString(): string {
    return this.text(this.unsignedVarint() - 1);
  }

  compactArray<T>(read: () => T): readonly T[] {
    return this.many(this.unsignedVarint() - 1, read);
  }

  /** Tagged fields: passed over. */
  tags(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint();
      this.skip(this.unsignedVarint());
    }
  }

  private many<T>(count: number, read: () => T): readonly T[] {
    if (count > this.left) throw new RangeError(`an array of ${count} elements does not fit into ${this.left} bytes`);
    return Array.from({ length: Math.max(0, count) }, read);
  }

  /** Moves on by `size` bytes and returns where it was. */
  private skip(size: number): number {
    const start = this.at;
    if (size < 0 || start + size > this.bytes.length) throw new RangeError(`${size} bytes wanted, ${this.left} left`);
    this.at = start + size;
    return start;
  }
}
