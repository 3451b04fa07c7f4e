/** A short hash of everything that was observed. Two trials with one fingerprint did the same, event by event. */

import type { History } from "./history.ts";
import { hashText, mix } from "./random.ts";

/** Sixteen hexadecimal digits. The order of an event's fields does not matter, the order of the events does. */
export function fingerprintOf(history: History): string {
  let high = 0x9e3779b9;
  let low = 0x7f4a7c15;
  for (const event of history) {
    const hash = hashValue(event);
    high = mix(high, hash);
    low = mix(low ^ hash, high);
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

const texts = new Map<string, number>();
/** Values of records are different in every trial; the cache is for names of fields, kinds and hosts. */
const textsCachedMax = 5000;

function hashOfText(text: string): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const hash = hashText(text);
  if (texts.size < textsCachedMax) texts.set(text, hash);
  return hash;
}

function hashValue(value: unknown): number {
  switch (typeof value) {
    case "string":
      return hashOfText(value);
    case "number":
      return mix(value | 0, Math.floor(value / 4294967296) ^ (value % 1 === 0 ? 0 : hashText(`${value}`)));
    case "boolean":
      return value ? 1 : 2;
    case "object":
      return value === null ? 3 : hashObject(value);
    default:
      return 4;
  }
}

function hashObject(value: object): number {
  if (Array.isArray(value)) return value.reduce<number>((hash, item) => mix(hash, hashValue(item)), value.length);
  let sum = 5;
  for (const [key, field] of Object.entries(value)) sum = (sum + mix(hashOfText(key), hashValue(field))) >>> 0;
  return sum;
}

/** Where two histories part: the index of the first event that differs; undefined where they are the same. */
export function firstDifference(left: History, right: History): number | undefined {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (hashValue(left[at] ?? null) !== hashValue(right[at] ?? null)) return at;
  }
  return undefined;
}
