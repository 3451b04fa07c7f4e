import { expect, test } from "vitest";
import {
  changed,
  commitAcked,
  commitRefused,
  commits,
  described,
  groupAtEnd,
  historyOf,
  injected,
  logStartAdvanced,
  processed,
  readBack,
  told,
  verdictOn,
  chosen,
} from "../hand-made-history.ts";
import { atLeastOnceProcessing } from "./at-least-once-processing.ts";

const end = (...committed: readonly string[]) => described({ groups: [groupAtEnd({ committed })] });
const skipping = historyOf(
  [processed("c1/1", "orders-0@0", "s1"), commits("c1/1", 1, "orders-0@2"), commitAcked("c1", 1), end("orders-0@2")],
  readBack("orders-0", "s1", "s2", "s3"),
);

test("it holds where everything below the committed offset was processed by some member", () => {
  const history = historyOf(
    [processed("c1/1", "orders-0@0", "s1"), processed("c2/2", "orders-0@1", "s2"), end("orders-0@2")],
    readBack("orders-0", "s1", "s2", "s3"),
  );
  expect(told(verdictOn(atLeastOnceProcessing, history))).toBe("holds for 2");
});

test("a record below the committed offset that nobody has processed was skipped, and the witness is the commit beyond it", () => {
  expect(told(verdictOn(atLeastOnceProcessing, skipping))).toEqual({
    violated: [["billing has committed orders-0 up to offset 2, and nobody has processed s2 at offset 1.", [1, 5]]],
  });
});

test("a commit that was refused is not the one that passed over the record", () => {
  const history = historyOf(
    [
      commits("c1/1", 1, "orders-0@1"),
      commitRefused("c1", 1),
      commits("c2/2", 1, "orders-1@9", "orders-0@1"),
      end("orders-0@1"),
    ],
    readBack("orders-0", "s1"),
  );
  expect(told(verdictOn(atLeastOnceProcessing, history))).toMatchObject({ violated: [[expect.any(String), [2, 4]]] });
});

test("processing another record at that offset does not count", () => {
  const history = historyOf([processed("c1/1", "orders-0@0", "other"), end("orders-0@1")], readBack("orders-0", "s1"));
  expect(verdictOn(atLeastOnceProcessing, history).kind).toBe("violated");
});

test.each([
  ["commit before processing", { group: { commit: "before-processing" } }],
  ["auto.offset.reset=latest", { group: { config: { "auto.offset.reset": "latest" } } }],
] as const)("%s takes the promise back", (setting, shape) => {
  expect(told(verdictOn(atLeastOnceProcessing, skipping, shape))).toMatchObject({
    "not-promised": [[expect.any(String), [1, 5], setting]],
  });
});

test("an unclean election of the partition takes the promise back", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), changed("orders-0", { leader: 2, epoch: 1, isr: [2] })],
    [end("orders-0@1")],
    readBack("orders-0", "s1"),
  );
  expect(verdictOn(atLeastOnceProcessing, history, { topic: { "unclean.leader.election.enable": true } }).kind).toBe(
    "not-promised",
  );
  expect(verdictOn(atLeastOnceProcessing, history).kind).toBe("violated");
});

test("what was deleted, and is back because a crash set the log start back, may have been passed over", () => {
  const deleted = (before: string) => [injected("delete-records"), logStartAdvanced(1, before)];
  const withDeletion = (before: string) => verdictOn(atLeastOnceProcessing, historyOf([...skipping], deleted(before))).kind;
  expect(withDeletion("orders-0@2")).toBe("not-promised");
  expect(withDeletion("orders-0@1")).toBe("violated");
});

test("with no end, no read-back or a group that nobody knows there is nothing to judge", () => {
  expect(verdictOn(atLeastOnceProcessing, historyOf(readBack("orders-0", "s1"))).kind).toBe("unknown");
  expect(verdictOn(atLeastOnceProcessing, historyOf(end("orders-0@5"))).kind).toBe("unknown");
  const stranger = described({ groups: [groupAtEnd({ group: "strangers", committed: ["orders-0@1"] })] });
  expect(verdictOn(atLeastOnceProcessing, historyOf([stranger], readBack("orders-0", "s1"))).kind).toBe("unknown");
});

test("a record of a compacted topic may be passed over where a later one has its key: another replica may have cleaned it out", () => {
  const keyed = (third: string) => [
    chosen("s1", "orders-0", [0], "a"),
    chosen("s2", "orders-0", [0], "b"),
    chosen("s3", "orders-0", [0], third),
  ];
  const verdict = (third: string, policy: "compact" | "delete") =>
    verdictOn(atLeastOnceProcessing, historyOf(keyed(third), skipping), { topic: { "cleanup.policy": policy } });
  expect(told(verdict("b", "compact"))).toMatchObject({
    "not-promised": [[expect.any(String), expect.any(Array), "cleanup.policy=compact"]],
  });
  expect(verdict("c", "compact").kind).toBe("violated");
  expect(verdict("b", "delete").kind).toBe("violated");
});
