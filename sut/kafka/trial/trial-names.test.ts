import { expect, test } from "vitest";
import { topicPartition } from "../../../model/ids.ts";
import { TrialNames } from "./trial-names.ts";

test("what belongs to a trial has its name on the cluster, and the schedule's name in histories", () => {
  const names = new TrialNames("trial-7-");
  const orders = topicPartition("or-ders", 1);
  expect(names.partition(orders)).toBe("trial-7-or-ders-1");
  expect(names.inSchedule(names.partition(orders))).toBe(orders);
  expect(names.topic("orders")).toBe("trial-7-orders");
  expect(names.group("billing")).toBe("trial-7-billing");
});

test("what is Kafka's own keeps its name", () => {
  const offsets = topicPartition("__consumer_offsets", 0);
  expect(new TrialNames("trial-7-").inSchedule(offsets)).toBe(offsets);
});
