import { expect, test } from "vitest";
import { topicPartition } from "../../../model/ids.ts";
import { fakeCluster, led } from "../../../test/kafka/fake-cluster.ts";
import { trial } from "../../../test/kafka/schedules.ts";
import { readBack } from "./read-back.ts";
import { TrialNames } from "./trial-names.ts";
import { TrialRecorder } from "./trial-recorder.ts";

const names = new TrialNames("t1-");
const { options } = trial();

test("every log is read from its leader to the end, under the schedule's names", async () => {
  await using cluster = await fakeCluster();
  cluster.believe({ partitions: [0, 1].map((index) => led(topicPartition("t1-orders", index), [2])), log: ["s1", "s2"] });
  const record = new TrialRecorder(() => undefined);
  const unread = await readBack({ names, observer: cluster.observer, options }, record, undefined);
  expect(unread).toEqual([]);
  const events = record.close().map((event) => ({ ...event, atUs: 0 }));
  const from = (partition: string) => events.filter((event) => "partition" in event && event.partition === partition);
  for (const partition of ["orders-0", "orders-1"]) {
    expect(from(partition)).toEqual([
      { kind: "read-back", partition, offset: 0, value: "s1", evidence: "client", atUs: 0 },
      { kind: "read-back", partition, offset: 1, value: "s2", evidence: "client", atUs: 0 },
      { kind: "read-back-finished", partition, startOffset: 0, endOffset: 2, evidence: "client", atUs: 0 },
    ]);
  }
});

test("a log without a leader is waited for", async () => {
  await using cluster = await fakeCluster();
  const [first, second] = [0, 1].map((index) => topicPartition("t1-orders", index));
  cluster.believe({ partitions: [led(first!, [1]), led(second!, [])], log: ["s1"] });
  const record = new TrialRecorder((event) => {
    if (event.kind === "read-back-finished") cluster.believe({ partitions: [led(first!, [1]), led(second!, [3])] });
  });
  expect(await readBack({ names, observer: cluster.observer, options }, record, undefined)).toEqual([]);
  const finished = record.close().flatMap((event) => (event.kind === "read-back-finished" ? [event.partition] : []));
  expect(finished).toEqual(["orders-0", "orders-1"]);
});
