/** Small numbers packed into 32-bit words. */

const wordBits = 32;
const wordsMaxAtAll = 64;

export class BitWriter {
  readonly words: Uint32Array = new Uint32Array(wordsMaxAtAll);
  private word = 0;
  private filled = 0;
  private at = 0;

  begin(): void {
    this.word = 0;
    this.filled = 0;
    this.at = 0;
  }

  /** Appends `value`, which must fit into so many bits; fewer than 32. */
  put(value: number, bits: number): void {
    if (value >>> bits !== 0)
      throw new Error(`${value} does not fit into ${bits} bits: the scope is too large for this search`);
    this.word |= value << this.filled;
    const left = wordBits - this.filled;
    if (bits < left) {
      this.filled += bits;
      return;
    }
    this.words[this.at++] = this.word;
    this.word = bits === left ? 0 : value >>> left;
    this.filled = bits - left;
  }

  /** Ends a world: what follows in the last words is nothing. */
  end(): void {
    this.words[this.at++] = this.word;
    while (this.at < this.words.length && this.words[this.at] !== 0) this.words[this.at++] = 0;
  }

  /** How many words so many bits take. */
  wordsMax(bits: number): number {
    const words = Math.ceil((bits + 1) / wordBits);
    if (words > wordsMaxAtAll) throw new Error(`a state takes ${words} words: the scope is too large for this search`);
    return words;
  }
}

export class BitReader {
  private words: Uint32Array = new Uint32Array(0);
  private at = 0;
  private used = 0;

  begin(words: Uint32Array, from: number): void {
    this.words = words;
    this.at = from;
    this.used = 0;
  }

  get(bits: number): number {
    const left = wordBits - this.used;
    let value = this.words[this.at]! >>> this.used;
    if (bits < left) {
      this.used += bits;
      return value & ((1 << bits) - 1);
    }
    this.at++;
    this.used = bits - left;
    if (this.used > 0) value |= this.words[this.at]! << left;
    return bits === wordBits ? value >>> 0 : (value & ((1 << bits) - 1)) >>> 0;
  }
}
