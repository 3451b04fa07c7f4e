import { expect, test } from "vitest";
import { viewOf } from "./hand-made-view.ts";
import { resolveBroker, resolveEndpoint } from "./resolve-target.ts";

test.each([
  ["broker 2", 2],
  ["controller", 3],
  ["leaderOf(orders-0)", 1],
  ["followerOf(orders-0, 0)", 2],
  ["followerOf(orders-0, 1)", 3],
  ["followerOf(orders-1, 0)", 1],
  ["coordinatorOf(billing)", 2],
])("%s is broker %i", (target, broker) => {
  expect(resolveBroker(target, viewOf())).toBe(broker);
  expect(resolveEndpoint(target, viewOf())).toEqual({ kind: "broker", broker });
});

test.each(["broker 9", "leaderOf(orders-7)", "followerOf(orders-0, 2)", "coordinatorOf(strangers)", "nonsense"])(
  "%s is nobody",
  (target) => {
    expect(resolveBroker(target, viewOf())).toBeUndefined();
    expect(resolveEndpoint(target, viewOf())).toBeUndefined();
  },
);

test("where nobody can say who has a role, its target is nobody, and a number is somebody still", () => {
  const blind = viewOf({ isBlind: true });
  for (const target of ["controller", "leaderOf(orders-0)", "followerOf(orders-0, 0)", "coordinatorOf(billing)"]) {
    expect(resolveBroker(target, blind)).toBeUndefined();
  }
  expect(resolveBroker("broker 1", blind)).toBe(1);
});

test("a broker that is down is still the one that is meant", () => {
  expect(resolveBroker("leaderOf(orders-0)", viewOf({ brokers: { 1: "down" } }))).toBe(1);
});

test("a client is an end of a link and no broker", () => {
  expect(resolveEndpoint("client p1", viewOf())).toEqual({ kind: "client", client: "p1" });
  expect(resolveEndpoint("client ghost", viewOf())).toBeUndefined();
  expect(resolveBroker("client p1", viewOf())).toBeUndefined();
});
