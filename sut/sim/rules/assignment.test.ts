import { expect, test } from "vitest";
import { generation, memberId, topicPartition } from "../../../model/ids.ts";
import { claimAfterLoss, noClaim, shareOut } from "./assignment.ts";

const [first, second] = [memberId("a"), memberId("b")];
const question = {
  subscriptions: new Map([first, second].map((member) => [member, ["orders"]])),
  partitions: new Map([["orders", 2]]),
  owned: new Map([[first, { generation: generation(1), partitions: [0, 1].map((index) => topicPartition("orders", index)) }]]),
};

test("the strategy decides who gets which partition", () => {
  const shares = (strategy: Parameters<typeof shareOut>[0]["strategy"]) => [...shareOut({ strategy, question }).values()];
  expect(shares("range")).toEqual([["orders-0"], ["orders-1"]]);
  expect(shares("sticky")).toEqual([["orders-0"], ["orders-1"]]);
  expect(shares("cooperative-sticky")).toEqual([["orders-0"], []]);
});

test("whoever was thrown out of a cooperative group claims nothing, and of an eager one what it remembers", () => {
  const claim = { generation: generation(3), partitions: [topicPartition("orders", 0)] };
  expect(claimAfterLoss({ claim, strategy: "cooperative-sticky" })).toBe(noClaim);
  expect(claimAfterLoss({ claim, strategy: "sticky" })).toBe(claim);
});
