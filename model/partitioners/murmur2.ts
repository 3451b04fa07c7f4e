/** Kafka's partitioner for records with a key: murmur2 over the key's bytes, without its sign, modulo the partitions. */

const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;
const rotation = 24;

/** Kafka's 32-bit murmur2 as a signed integer. Source: `Utils.murmur2`, whose test vectors are in the test beside this file. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = seed ^ length;
  const whole = length - (length % 4);
  for (let at = 0; at < whole; at += 4) {
    let block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    block = Math.imul(block, multiplier);
    block ^= block >>> rotation;
    hash = Math.imul(hash, multiplier) ^ Math.imul(block, multiplier);
  }
  const tail = length - whole;
  if (tail >= 3) hash ^= bytes[whole + 2]! << 16;
  if (tail >= 2) hash ^= bytes[whole + 1]! << 8;
  if (tail >= 1) hash = Math.imul(hash ^ bytes[whole]!, multiplier);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}

/** The partition of a key, out of all of a topic's partitions, whether or not they have a leader now. */
export function partitionOfKey(key: string, partitions: number): number {
  // The sign bit is cleared rather than the absolute value taken: the two differ, and the smallest integer has none.
  return (hashOfKey(key) & 0x7fffffff) % partitions;
}

/** The hash of a key that is a text: of its bytes in UTF-8. */
export const hashOfKey = (key: string): number => murmur2(utf8(key));

/** UTF-8 without the host's encoder, so that the model needs nothing but the language. */
function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}
