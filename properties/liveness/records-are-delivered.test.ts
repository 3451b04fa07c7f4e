import { expect, test } from "vitest";
import {
  assigned,
  chosen,
  changed,
  delivered,
  historyOf,
  injected,
  logStartAdvanced,
  readBack,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { recordsAreDelivered } from "./records-are-delivered.ts";

const read = [assigned("c1/1", "orders-0"), delivered("c1/1", "orders-0@0", "s1")];
const missed = historyOf(read, readBack("orders-0", "s1", "s2"));

test("it holds where every record in the log was delivered to the group", () => {
  const history = historyOf(read, delivered("c2/2", "orders-0@1", "s2"), readBack("orders-0", "s1", "s2"));
  expect(told(verdictOn(recordsAreDelivered, history))).toBe("holds for 2");
});

test("a record that nobody of the group was given is a violation", () => {
  expect(told(verdictOn(recordsAreDelivered, missed))).toEqual({
    violated: [["s2 is at orders-0 offset 1 and was never delivered to billing.", [3]]],
  });
});

test("what was delivered from that offset has to be the record that is there", () => {
  expect(verdictOn(recordsAreDelivered, historyOf(read, readBack("orders-0", "other"))).kind).toBe("violated");
});

test.each([
  ["commit before processing", { group: { commit: "before-processing" } }],
  ["auto.offset.reset=latest", { group: { config: { "auto.offset.reset": "latest" } } }],
] as const)("%s takes the promise back", (setting, shape) => {
  expect(told(verdictOn(recordsAreDelivered, missed, shape))).toMatchObject({
    "not-promised": [[expect.any(String), [3], setting]],
  });
});

test("an unclean election takes the promise back", () => {
  const unclean = [
    changed("orders-0", { leader: 1, epoch: 0, isr: [1] }),
    changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
  ];
  const history = historyOf(unclean, read, readBack("orders-0", "s1", "s2"));
  expect(verdictOn(recordsAreDelivered, history, { topic: { "unclean.leader.election.enable": true } }).kind).toBe(
    "not-promised",
  );
  expect(verdictOn(recordsAreDelivered, history).kind).toBe("violated");
});

test("what was deleted, and is back because a crash set the log start back, may have been passed over", () => {
  const withDeletion = (before: string) =>
    verdictOn(recordsAreDelivered, historyOf([...missed], injected("delete-records"), logStartAdvanced(1, before))).kind;
  expect(withDeletion("orders-0@2")).toBe("not-promised");
  expect(withDeletion("orders-0@1")).toBe("violated");
});

test("a group that was never given anything, and topics that nobody wants, give nothing to judge", () => {
  expect(verdictOn(recordsAreDelivered, historyOf(readBack("orders-0", "s1"))).kind).toBe("unknown");
  expect(
    verdictOn(recordsAreDelivered, historyOf(read, readBack("payments-0", "s1"), readBack("orders-eu-0", "s1"))).kind,
  ).toBe("unknown");
});

test("a record that a later one of its key replaces may have been cleaned out where the group read", () => {
  const keyed = (first: string) => [chosen("s1", "orders-0", [0], first), chosen("s2", "orders-0", [0], "k")];
  const late = [assigned("c1/1", "orders-0"), delivered("c1/1", "orders-0@1", "s2"), readBack("orders-0", "s1", "s2")].flat();
  const verdict = (first: string) =>
    verdictOn(recordsAreDelivered, historyOf(keyed(first), late), { topic: { "cleanup.policy": "compact" } });
  expect(told(verdict("k"))).toMatchObject({
    "not-promised": [[expect.any(String), expect.any(Array), "cleanup.policy=compact"]],
  });
  expect(verdict("j").kind).toBe("violated");
});
