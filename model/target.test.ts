import { expect, test } from "vitest";
import { parseBrokerTarget, parseEndpoint, targetForms } from "./target.ts";

test.each([
  ["broker 2", { kind: "broker", broker: 2 }],
  ["controller", { kind: "controller" }],
  ["leaderOf(orders-0)", { kind: "leader-of", partition: "orders-0" }],
  ["leaderOf(orders-eu-12)", { kind: "leader-of", partition: "orders-eu-12" }],
  ["leaderOf(__consumer_offsets-3)", { kind: "leader-of", partition: "__consumer_offsets-3" }],
  ["followerOf(orders-0, 1)", { kind: "follower-of", partition: "orders-0", nth: 1 }],
  ["followerOf(orders-0,1)", { kind: "follower-of", partition: "orders-0", nth: 1 }],
  ["coordinatorOf(billing)", { kind: "coordinator-of", group: "billing" }],
])("%s is a broker, and so an end of a link", (text, target) => {
  expect(parseBrokerTarget(text)).toEqual(target);
  expect(parseEndpoint(text)).toEqual(target);
});

test("a client is an end of a link and no broker", () => {
  expect(parseEndpoint("client p1")).toEqual({ kind: "client", client: "p1" });
  expect(parseBrokerTarget("client p1")).toBeUndefined();
});

test.each([
  "",
  "broker",
  "broker two",
  "broker -1",
  "broker 2 ",
  " broker 2",
  "Controller",
  "leaderOf(orders)",
  "leaderOf(orders-)",
  "leaderOf(or ders-0)",
  "leaderOf(orders-0",
  "followerOf(orders-0)",
  "followerOf(orders-0, x)",
  "followerOf(orders-0,  1)",
  "coordinatorOf()",
  "client",
  "client p 1",
])("%j is no target", (text) => {
  expect(parseEndpoint(text)).toBeUndefined();
});

test("the forms that messages show are read", () => {
  const shown = targetForms.split(/, (?!\d)| or /);
  expect(shown).toHaveLength(6);
  for (const form of shown) expect(parseEndpoint(form)).toBeDefined();
});
