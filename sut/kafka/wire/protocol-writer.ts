/** Writes the primitive types of Kafka's protocol, big-endian, each after the last. */

export class ProtocolWriter {
  private readonly parts: Buffer[] = [];

  int8(value: number): this {
    return this.add(1, (part) => part.writeInt8(value));
  }

  int16(value: number): this {
    return this.add(2, (part) => part.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.add(4, (part) => part.writeInt32BE(value));
  }

  int64(value: number): this {
    return this.add(8, (part) => part.writeBigInt64BE(BigInt(value)));
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  /** UTF-8 behind its length in 16 bits; null is a length of -1. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const bytes = Buffer.from(value);
    this.int16(bytes.length).parts.push(bytes);
    return this;
  }

  array<T>(values: readonly T[], write: (value: T) => void): this {
    this.int32(values.length);
    for (const value of values) write(value);
    return this;
  }

  // --- of flexible versions (KIP-482) ----------------------------------------------------------------------------------

  /** Seven bits a byte, the lowest first. */
  unsignedVarint(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.add(1, (part) => part.writeUInt8((rest & 0x7f) | 0x80));
    return this.add(1, (part) => part.writeUInt8(rest));
  }

  compactString(value: string): this {
    const bytes = Buffer.from(value);
    this.unsignedVarint(bytes.length + 1).parts.push(bytes);
    return this;
  }

  compactArray<T>(values: readonly T[], write: (value: T) => void): this {
    this.unsignedVarint(values.length + 1);
    for (const value of values) write(value);
    return this;
  }

  /** Tagged fields: none. */
  noTags(): this {
    return this.unsignedVarint(0);
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.parts);
  }

  private add(size: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(size);
    write(part);
    this.parts.push(part);
    return this;
  }
}
