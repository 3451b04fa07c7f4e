import kafkajs from "kafkajs";
import type { Assigner } from "kafkajs";
import { expect, test } from "vitest";
import { assignerFor } from "./assigner.ts";

const cluster = {
  findTopicPartitionMetadata: (topic: string) => Array.from({ length: topic === "orders" ? 3 : 2 }),
} as unknown as Parameters<ReturnType<typeof assignerFor>>[0]["cluster"];

function rangeAssigner(): Assigner {
  return assignerFor("range", kafkajs)({ cluster, groupId: "billing", logger: undefined as never });
}

test("range is done as the model does it, in kafkajs's words", async () => {
  const assigner = rangeAssigner();
  const { metadata, name } = assigner.protocol({ topics: ["orders", "refunds"] });
  expect(name).toBe("range");
  const members = ["c2-b", "c1-a"].map((id) => ({ memberId: id, memberMetadata: metadata }));
  const assignments = await assigner.assign({ members, topics: ["orders", "refunds"] });
  const decoded = assignments.map(({ memberAssignment, memberId }) => {
    return [memberId, kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment];
  });
  expect(decoded).toEqual([
    ["c1-a", { orders: [0, 1], refunds: [0] }],
    ["c2-b", { orders: [2], refunds: [1] }],
  ]);
});

test("round robin is kafkajs's own", () => {
  expect(assignerFor("roundrobin", kafkajs)).toBe(kafkajs.PartitionAssigners.roundRobin);
});
