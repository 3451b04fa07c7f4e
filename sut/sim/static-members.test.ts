/** Static members (KIP-345) over whole trials. */

import { expect, test } from "vitest";
import type { Step } from "../../model/schedule.ts";
import { allOf, fault, placeOf, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const group = { members: ["c1", "c2"], instances: { c1: "desk", c2: "till" } };
const play = (...steps: readonly (Step | readonly Step[])[]) =>
  playInMemory(trialOf({ partitions: 2, group }, starts("c1", "c2"), sends(60, { partitions: 2, everyMs: 50 }), ...steps))
    .history;
const generations = (history: ReturnType<typeof play>): readonly number[] =>
  allOf(history, "rebalance-completed").map(({ generation }) => generation);

test("a member that is back within its session has its place again, and nobody rebalances", () => {
  const history = play(fault("f1", { ms: 1500 }, { kind: "kill-client", client: "c2" }, 300));
  const before = generations(play());
  expect(generations(history)).toEqual(before);
  expect(allOf(history, "member-replaced").map(({ instance, state }) => [instance, state])).toEqual([["till", "Stable"]]);
  const assigned = allOf(history, "assigned").filter(({ client }) => client === "c2");
  expect(assigned.at(-1)?.generation).toBe(assigned.at(-2)?.generation);
  expect(assigned.at(-1)?.partitions).toEqual(assigned.at(-2)?.partitions);
  expect(assigned.at(-1)?.member).not.toBe(assigned.at(-2)?.member);
});

test("the leader too: it does not assign anything anew", () => {
  const history = play(fault("f1", { ms: 1500 }, { kind: "kill-client", client: "c1" }, 300));
  expect(generations(history)).toEqual(generations(play()));
  expect(allOf(history, "shared-out").length).toBe(allOf(play(), "shared-out").length);
});

test("a member that stops says nothing of it, and is out when its session is over", () => {
  const history = play({ id: "m-stop", after: { ms: 1000 }, do: { kind: "stop-member", member: "c2" } });
  const removed = allOf(history, "member-removed").find(({ member }) => member.startsWith("c2"));
  expect(removed?.why).toBe("session-expired");
});

test("a twin takes the place over, and the former process is fenced and ends", () => {
  const twins = { members: ["c1", "c2", "c3"], instances: { c1: "desk", c2: "till", c3: "desk" } };
  const late: Step = { id: "m-c3", after: { ms: 1500 }, do: { kind: "start-member", member: "c3" } };
  const trial = trialOf({ partitions: 2, group: twins }, starts("c1", "c2"), late, sends(60, { partitions: 2, everyMs: 50 }));
  const { history } = playInMemory(trial);
  expect(allOf(history, "client-fenced").map(({ client, instance }) => [client, instance])).toEqual([["c1", "desk"]]);
  const lost = placeOf(history, "lost", ({ client }) => client === "c1");
  expect(lost).toBeGreaterThan(0);
  expect(history.slice(placeOf(history, "client-fenced") + 1).some((event) => "client" in event && event.client === "c1")).toBe(
    false,
  );
  expect(allOf(history, "cluster-described")[0]?.groups[0]).toMatchObject({ state: "Stable", members: ["c2", "c3"] });
});

test("the next coordinator knows who is who", () => {
  const history = play(
    fault("f1", { ms: 1500 }, { kind: "kill-client", client: "c2" }, 200),
    fault("f2", { ms: 1900 }, { kind: "kill-broker", target: "coordinatorOf(billing)" }, 3000),
  );
  expect(allOf(history, "client-fenced")).toEqual([]);
  expect(allOf(history, "limit-reached")).toEqual([]);
});
