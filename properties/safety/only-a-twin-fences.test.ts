import { expect, test } from "vitest";
import {
  assigned,
  changed,
  down,
  fenced,
  historyOf,
  injected,
  killed,
  started,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { onlyATwinFences } from "./only-a-twin-fences.ts";

const twins = { group: { instances: { c1: "desk", c2: "desk" } } };
const alone = { group: { instances: { c1: "desk", c2: "till" } } };
const comesBack = [
  started("c1"),
  assigned("c1/1/first", "orders-0"),
  killed("c1"),
  started("c1"),
  assigned("c1/1/second", "orders-0"),
];
const what =
  "c1 was fenced as desk of billing, and no other process has had that group.instance.id since it was assigned its part.";

test("it holds where a twin has come since, and where nobody is fenced", () => {
  const history = historyOf(started("c1"), assigned("c1/1", "orders-0"), started("c2"), fenced("c1"));
  expect(told(verdictOn(onlyATwinFences, history, twins))).toBe("holds for 2");
  expect(told(verdictOn(onlyATwinFences, historyOf(comesBack), alone))).toBe("holds for 2");
});

test("whoever is fenced by its own former life is wronged", () => {
  expect(told(verdictOn(onlyATwinFences, historyOf(comesBack, fenced("c1", "second")), alone))).toEqual({
    violated: [[what, [4, 5]]],
  });
});

test("a twin that was gone before does not count", () => {
  const gone = historyOf(started("c2"), killed("c2"), comesBack, fenced("c1", "second"));
  expect(verdictOn(onlyATwinFences, gone, twins).kind).toBe("violated");
});

test("a member that was not assigned anything yet may be fenced: its coordinator has written down nothing of it", () => {
  const history = historyOf(started("c1"), assigned("c1/1/first", "orders-0"), fenced("c1", "second"));
  expect(told(verdictOn(onlyATwinFences, history, alone))).toBe("holds for 2");
});

test("it is not promised where the log of the coordinators lost records with permission", () => {
  const power = [changed("__consumer_offsets-0", { leader: 1, epoch: 0, isr: [1] }), down(1, "power-lost")];
  expect(told(verdictOn(onlyATwinFences, historyOf(power, comesBack, fenced("c1", "second")), alone))).toEqual({
    "not-promised": [[what, [6, 7], "min.insync.replicas=2"]],
  });
});

test("nor where a coordinator had been deposed and may not have known it", () => {
  const kind = (fault: "pause-broker" | "kill-broker") =>
    verdictOn(onlyATwinFences, historyOf(injected(fault), comesBack, fenced("c1", "second")), alone).kind;
  expect([kind("pause-broker"), kind("kill-broker")]).toEqual(["not-promised", "violated"]);
});

test("without static members there is nothing to judge", () => {
  expect(verdictOn(onlyATwinFences, historyOf(comesBack)).kind).toBe("unknown");
});
