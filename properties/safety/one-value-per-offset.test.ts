import { expect, test } from "vitest";
import {
  acked,
  assigned,
  changed,
  delivered,
  down,
  historyOf,
  injected,
  logStartAdvanced,
  readBack,
  send,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { oneValuePerOffset } from "./one-value-per-offset.ts";

const read = [assigned("c1/1", "orders-0"), delivered("c1/1", "orders-0@0", "s1")];

test("it holds where an offset was acknowledged, delivered and read back as one record", () => {
  const history = historyOf(send("s1"), acked("s1", 0), read, readBack("orders-0", "s1"));
  expect(told(verdictOn(oneValuePerOffset, history))).toBe("holds for 3");
});

test("a record that was delivered and is another one in the log is a violation", () => {
  expect(told(verdictOn(oneValuePerOffset, historyOf(read, readBack("orders-0", "s2"))))).toEqual({
    violated: [["orders-0 offset 0 was s2 and then s1.", [1, 2]]],
  });
});

test("two producers that were told of one offset cannot both be right", () => {
  const history = historyOf(send("s1"), acked("s1", 0), send("s2", "orders-0", "p2"), acked("s2", 0, "p2"));
  expect(told(verdictOn(oneValuePerOffset, history))).toEqual({
    violated: [["orders-0 offset 0 was s1 and then s2.", [1, 3]]],
  });
});

test("the same offset of another partition is another place", () => {
  const history = historyOf(send("s1"), acked("s1", 0), send("s2", "orders-1"), acked("s2", 0));
  expect(told(verdictOn(oneValuePerOffset, history))).toBe("holds for 2");
});

test("an acknowledgement with acks=1 that was lost in a failover leaves its offset to another record", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] }), send("s1"), acked("s1", 0), down(1)],
    changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
    readBack("orders-0", "s2"),
  );
  expect(told(verdictOn(oneValuePerOffset, history, { producer: { acks: "1" } }))).toEqual({
    "not-promised": [["orders-0 offset 0 was s2 and then s1.", [2, 5], "acks=1"]],
  });
  expect(verdictOn(oneValuePerOffset, history).kind).toBe("violated");
});

test("what was delivered was committed, so that acks=1 permits no other record there", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2] }), read, down(1)].flat(),
    changed("orders-0", { leader: 2, epoch: 1, isr: [2] }),
    readBack("orders-0", "s2"),
  );
  expect(verdictOn(oneValuePerOffset, history, { producer: { acks: "1" } }).kind).toBe("violated");
});

test("an unclean election permits it", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), ...read, changed("orders-0", { leader: 2, epoch: 1, isr: [2] })],
    readBack("orders-0", "s2"),
  );
  const verdict = verdictOn(oneValuePerOffset, history, { topic: { "unclean.leader.election.enable": true } });
  expect(told(verdict)).toMatchObject({
    "not-promised": [["orders-0 offset 0 was s2 and then s1.", [2, 4], "unclean.leader.election.enable=true"]],
  });
});

test("with no offset seen by anybody there is nothing to judge", () => {
  expect(verdictOn(oneValuePerOffset, historyOf(send("s1"), acked("s1", null), readBack("orders-0"))).kind).toBe("unknown");
});

test("that a record was to be deleted is no excuse for another one at its offset", () => {
  const history = historyOf(read, injected("delete-records"), logStartAdvanced(1, "orders-0@1"), readBack("orders-0", "s2"));
  expect(verdictOn(oneValuePerOffset, history).kind).toBe("violated");
});
