import { describe, expect, test } from "vitest";
import { defaultProducerSettings } from "../settings.ts";
import type { ProducerSettings } from "../settings.ts";
import { drawFrom } from "../random.ts";
import { createPartitioner } from "./create-partitioner.ts";
import { partitionOfKey } from "./murmur2.ts";
import type { OwnPartitioner } from "./own-partitioner.ts";
import type { Partitioner, RecordToPlace } from "./partitioner.ts";

const chanceOf = (key: string): number => drawFrom({ high: 1, low: 2 }, key).fraction();

const partitionerWith = (settings: Partial<ProducerSettings>, ...own: readonly OwnPartitioner[]): Partitioner =>
  createPartitioner({ settings: { ...defaultProducerSettings, ...settings }, own, chanceOf, partitionOfKey });

const record = (rest: Partial<RecordToPlace> = {}): RecordToPlace => ({
  topic: "orders",
  key: null,
  value: "s1",
  partitions: 3,
  available: [0, 1, 2],
  ...rest,
});

const placed = (partitioner: Partitioner, times: number, rest: Partial<RecordToPlace> = {}): readonly number[] =>
  Array.from({ length: times }, () => partitioner.place(record(rest)).partition);

describe("round-robin", () => {
  test("takes one partition after the other, and counts each topic by itself", () => {
    const partitioner = partitionerWith({ "partitioner.class": "round-robin" });
    expect(placed(partitioner, 4)).toEqual([0, 1, 2, 0]);
    expect(placed(partitioner, 2, { topic: "payments" })).toEqual([0, 1]);
    expect(placed(partitioner, 2)).toEqual([1, 2]);
  });

  test("looks at no key, as RoundRobinPartitioner does not", () => {
    expect(placed(partitionerWith({ "partitioner.class": "round-robin" }), 3, { key: "abc" })).toEqual([0, 1, 2]);
  });

  test("passes over partitions without a leader, unless none is known to have one", () => {
    const partitioner = partitionerWith({ "partitioner.class": "round-robin" });
    expect(placed(partitioner, 4, { available: [0, 2] })).toEqual([0, 2, 0, 2]);
    expect(placed(partitioner, 3, { available: [] })).toEqual([1, 2, 0]);
    expect(partitioner.place(record({ available: [0, 2] })).among).toEqual([0, 2]);
    expect(partitioner.place(record({ available: [] })).among).toEqual([0, 1, 2]);
  });
});

describe("sticky", () => {
  test("stays until a batch is begun, then goes to another partition, by chance and the same one each time", () => {
    const walk = (): readonly number[] => {
      const partitioner = partitionerWith({ "partitioner.class": "sticky" });
      return Array.from({ length: 40 }, () => {
        const [first, again] = placed(partitioner, 2);
        expect(again).toBe(first);
        partitioner.onNewBatch(record(), first!);
        return first!;
      });
    };
    const once = walk();
    for (const [at, partition] of once.entries()) if (at > 0) expect(partition).not.toBe(once[at - 1]);
    expect(new Set(once).size).toBe(3);
    expect(walk()).toEqual(once);
  });

  test("does not change again for a batch of a partition that it has left already", () => {
    const partitioner = partitionerWith({ "partitioner.class": "sticky" });
    const { partition } = partitioner.place(record());
    partitioner.onNewBatch(record(), partition);
    const next = partitioner.place(record()).partition;
    partitioner.onNewBatch(record(), partition);
    expect(partitioner.place(record()).partition).toBe(next);
  });

  test("stays where it is when no other partition has a leader, and looks at no key", () => {
    const partitioner = partitionerWith({ "partitioner.class": "sticky" });
    expect(placed(partitioner, 1, { available: [2], key: "21" })).toEqual([2]);
    partitioner.onNewBatch(record({ available: [2] }), 2);
    expect(placed(partitioner, 1, { available: [2], key: "21" })).toEqual([2]);
  });
});

describe("default", () => {
  test("goes by the key, over all partitions, whether or not they have a leader", () => {
    const partitioner = partitionerWith({});
    expect(partitioner.place(record({ key: "21", available: [1] }))).toEqual({ partition: 0, among: [0, 1, 2] });
    expect(placed(partitioner, 1, { key: "foobar", partitions: 10 })).toEqual([6]);
    expect(placed(partitioner, 1, { key: "", partitions: 12 })).toEqual([9]);
  });

  /** How many records of `bytes` go to a partition before the next one is taken, over twelve stays. */
  function lengthsOfStays(settings: Partial<ProducerSettings>, bytes: number, isFull: (nth: number) => boolean, key?: string) {
    const partitioner = partitionerWith({ "batch.size": 100, ...settings });
    const unplaced = record({ key: key ?? null, partitions: 1000, available: [] });
    const lengths: number[] = [];
    let before = -1;
    for (let nth = 1; lengths.length < 12; nth++) {
      const { partition } = partitioner.place(unplaced);
      if (partition === before) lengths.push(lengths.pop()! + 1);
      else lengths.push(1);
      before = partition;
      partitioner.onAppended(unplaced, bytes, isFull(nth));
    }
    return new Set(lengths.slice(0, -1));
  }

  test("without a key stays for batch.size bytes and to the end of the batch", () => {
    expect(lengthsOfStays({}, 25, () => true)).toEqual(new Set([4]));
    expect(lengthsOfStays({}, 25, (nth) => nth % 5 === 0)).toEqual(new Set([5]));
  });

  test("does not wait for the end of the batch for more than twice as many bytes", () => {
    expect(lengthsOfStays({}, 25, () => false)).toEqual(new Set([8]));
  });

  test("takes another partition with each record where batch.size is 0", () => {
    expect(lengthsOfStays({ "batch.size": 0 }, 25, () => true)).toEqual(new Set([1]));
  });

  test("with partitioner.ignore.keys treats records with a key like the others", () => {
    expect(lengthsOfStays({ "partitioner.ignore.keys": true }, 25, () => true, "abc")).toEqual(new Set([4]));
  });

  test("records with a key do not count for those without one", () => {
    const partitioner = partitionerWith({ "batch.size": 10 });
    const [before] = placed(partitioner, 1, { partitions: 1000, available: [] });
    for (let nth = 0; nth < 9; nth++) partitioner.onAppended(record({ key: "k", partitions: 1000 }), 100, true);
    expect(placed(partitioner, 1, { partitions: 1000, available: [] })).toEqual([before]);
  });

  test("draws from the partitions that have a leader", () => {
    for (let nth = 0; nth < 20; nth++)
      expect(placed(partitionerWith({}), 1, { topic: `t${nth}`, available: [1] })).toEqual([1]);
  });
});

describe("own", () => {
  const own = (partition: (record: RecordToPlace) => number): OwnPartitioner => ({
    id: "by-length",
    sentence: "By length.",
    partition,
  });

  test("is asked about the whole record", () => {
    const partitioner = partitionerWith(
      { "partitioner.class": "by-length" },
      own(({ partitions, value }) => value.length % partitions),
    );
    expect(partitioner.place(record({ value: "four" }))).toEqual({ partition: 1, among: [0, 1, 2] });
  });

  test.each([-1, 3, 0.5, Number.NaN])("that chooses %d of three partitions is named", (index) => {
    const partitioner = partitionerWith(
      { "partitioner.class": "by-length" },
      own(() => index),
    );
    const text = `the partitioner "by-length" chose partition ${index}, and topic orders has 0 to 2`;
    expect(() => partitioner.place(record())).toThrow(new RangeError(text));
  });

  test("that nobody has brought is named", () => {
    expect(() => partitionerWith({ "partitioner.class": "by-length" })).toThrow(
      'nobody has brought the partitioner "by-length"',
    );
  });
});
