import { expect, test } from "vitest";
import type { History } from "../../../model/history.ts";
import type { Step } from "../../../model/schedule.ts";
import { allOf, fault, placeOf, trialOf } from "../hand-made-trials.ts";
import type { TrialOf } from "../hand-made-trials.ts";
import { playInMemory } from "../play.ts";

/** `p1` sends `s1`, `s2`, …, and the steps name no partition. */
const unplaced = (
  count: number,
  { everyMs = 20, key }: { readonly everyMs?: number; readonly key?: string } = {},
): readonly Step[] =>
  Array.from({ length: count }, (_, at): Step => {
    const operation = { kind: "send", producer: "p1", topic: "orders", ...(key !== undefined && { key }) } as const;
    return { id: `s${at + 1}`, after: { ms: 100 + at * everyMs }, do: operation };
  });

const played = (trial: TrialOf, ...steps: readonly (readonly Step[])[]): History =>
  playInMemory(trialOf({ partitions: 3, ...trial }, ...steps)).history;

const partitionsOf = (history: History): readonly string[] => allOf(history, "send-started").map(({ partition }) => partition);

/** What was read back, and where. */
const placesOf = (history: History): readonly string[] =>
  allOf(history, "read-back")
    .map(({ partition, value }) => `${value} ${partition}`)
    .toSorted();

test("round-robin takes the partitions by turns, and the records are there", () => {
  const history = played({ producer: { "partitioner.class": "round-robin" } }, unplaced(6));
  expect(partitionsOf(history)).toEqual(["orders-0", "orders-1", "orders-2", "orders-0", "orders-1", "orders-2"]);
  expect(placesOf(history)).toEqual(partitionsOf(history).map((partition, at) => `s${at + 1} ${partition}`));
});

test("round-robin passes over a partition as long as the producer knows of no leader for it", () => {
  const stopped = fault("f1", { ms: 0 }, { kind: "kill-broker", target: "leaderOf(orders-1)" });
  const late = unplaced(40, { everyMs: 100 });
  const named: Step = { id: "n1", after: { ms: 50 }, do: { kind: "send", producer: "p1", topic: "orders", partition: 1 } };
  const history = played({ replicationFactor: 1, producer: { "partitioner.class": "round-robin" } }, stopped, [named], late);
  const among = allOf(history, "send-started").flatMap(({ chosenAmong }) =>
    chosenAmong === undefined ? [] : [String(chosenAmong)],
  );
  expect(among[0]).toBe("0,1,2");
  expect(among.at(-1)).toBe("0,2");
  const last = partitionsOf(history).slice(-4);
  expect(new Set(last)).toEqual(new Set(["orders-0", "orders-2"]));
});

test("a record with a key says so, and that all partitions were open to choice", () => {
  const [started] = allOf(played({}, unplaced(1, { key: "abc" })), "send-started");
  expect(started).toMatchObject({ partition: "orders-0", key: "abc", chosenAmong: [0, 1, 2] });
  const named: Step = {
    id: "s1",
    after: { ms: 100 },
    do: { kind: "send", producer: "p1", topic: "orders", partition: 2, key: "abc" },
  };
  const [other] = allOf(played({}, [named]), "send-started");
  expect(other).not.toHaveProperty("chosenAmong");
  expect(other).not.toHaveProperty("key");
});

test("without a key the default stays with one partition for batch.size bytes", () => {
  expect(new Set(partitionsOf(played({}, unplaced(30)))).size).toBe(1);
  expect(new Set(partitionsOf(played({ producer: { "batch.size": 80 } }, unplaced(30)))).size).toBe(3);
});

test("the sticky partitioner changes with each batch, and with nothing else", () => {
  const slowly = partitionsOf(played({ producer: { "partitioner.class": "sticky", "linger.ms": 0 } }, unplaced(12)));
  for (const [at, partition] of slowly.entries()) if (at > 0) expect(partition).not.toBe(slowly[at - 1]);
  const together = { "partitioner.class": "sticky", "linger.ms": 50 };
  expect(new Set(partitionsOf(played({ producer: together }, unplaced(10, { everyMs: 1 })))).size).toBe(1);
});

test("batch.size bounds batches: none takes a second record where there is no room", () => {
  const sizesWith = (batchSize: number): readonly number[] => {
    const producer = { "partitioner.class": "round-robin", "linger.ms": 50, "batch.size": batchSize };
    const history = played({ partitions: 1, producer }, unplaced(8, { everyMs: 1 }));
    return allOf(history, "leader-appended").map(({ batch }) => batch.values.length);
  };
  expect(sizesWith(16384)).toEqual([8]);
  expect(sizesWith(0)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  // A header of 61 bytes, and 9 for each of the records.
  expect(sizesWith(61 + 3 * 9)).toEqual([3, 3, 2]);
});

test("what is repeated stays in its partition, and takes no turn of another record", () => {
  const lost = fault("f1", { ms: 90 }, { kind: "lose-response", client: "p1", api: "Produce" });
  const history = played({ producer: { "partitioner.class": "round-robin" } }, lost, unplaced(3, { everyMs: 300 }));
  expect(placeOf(history, "duplicate-recognised")).toBeGreaterThan(0);
  expect(placesOf(history)).toEqual(["s1 orders-0", "s2 orders-1", "s3 orders-2"]);
});

test("a producer that is started again begins anew", () => {
  const killed = fault("f1", { ms: 130 }, { kind: "kill-client", client: "p1" }, 50);
  const history = played({ producer: { "partitioner.class": "round-robin" } }, killed, unplaced(2), [
    { ...unplaced(1)[0]!, id: "s9", after: { ms: 400 } },
  ]);
  expect(partitionsOf(history)).toEqual(["orders-0", "orders-1", "orders-0"]);
});
