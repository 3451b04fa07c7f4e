import { describe, expect, test } from "vitest";
import { acked, assigned, historyOf, processed } from "../properties/hand-made-history.ts";
import type { Told } from "../properties/hand-made-history.ts";
import type { Step } from "../model/schedule.ts";
import type { ClusterView } from "./cluster-view.ts";
import { commandKinds } from "./command.ts";
import type { CommandKind } from "./command.ts";
import { scheduleOf, send, step, viewOf } from "./hand-made-view.ts";
import { Interpreter } from "./interpreter.ts";
import type { OwnFault } from "./own-fault.ts";

const anchorLimitMs = 1000;
const interpreterOf = (
  steps: readonly Step[],
  odd: { readonly without?: CommandKind; readonly ownFaults?: readonly OwnFault[] } = {},
) =>
  new Interpreter(scheduleOf(...steps), {
    ownFaults: odd.ownFaults ?? [],
    supports: new Set([...commandKinds].filter((kind) => kind !== odd.without)),
    anchorLimitMs,
  });

/** Plays all that is due at a time, and says which steps that were. */
function playedAt(interpreter: Interpreter, ms: number, view: ClusterView = viewOf()): readonly string[] {
  const names: string[] = [];
  for (let played = interpreter.play(ms * 1000, view); played !== undefined; played = interpreter.play(ms * 1000, view)) {
    for (const event of played.events) {
      if (event.kind === "step-skipped") names.push(`${event.step} skipped: ${event.reason}`);
      else if (event.kind === "step-played") names.push(event.anchorMissed ? `${event.step} late` : event.step);
    }
  }
  return names;
}
const tell = (interpreter: Interpreter, ms: number, event: Told): void => {
  interpreter.observe({ ...historyOf(event)[0]!, atUs: ms * 1000 });
};
const kill = { kind: "kill-broker", target: "leaderOf(orders-0)" } as const;

describe("time", () => {
  test("steps are played when they are due, those of one moment in order of the schedule", () => {
    const interpreter = interpreterOf([send("s1", 5), send("s2", 3), send("s3", 5)]);
    expect(interpreter.nextDueUs).toBe(3000);
    expect(playedAt(interpreter, 2)).toEqual([]);
    expect(interpreter.dueStep(3000)?.id).toBe("s2");
    expect(playedAt(interpreter, 3)).toEqual(["s2"]);
    expect(interpreter.nextDueUs).toBe(5000);
    expect(playedAt(interpreter, 5)).toEqual(["s1", "s3"]);
    expect([interpreter.isDone, interpreter.nextDueUs]).toEqual([true, Infinity]);
  });

  test("a driver that comes late gets what was due first before what was due later", () => {
    expect(playedAt(interpreterOf([send("s1", 5), send("s2", 3), send("s3", 4)]), 100)).toEqual(["s2", "s3", "s1"]);
  });

  test("an empty schedule is done at once", () => {
    expect(interpreterOf([]).isDone).toBe(true);
    expect(interpreterOf([]).play(1e9, viewOf())).toBeUndefined();
  });
});

describe("anchors", () => {
  test.each([
    ["acked", { acked: "s1", ms: 7 }, acked("s1", 0)],
    ["processed", { processed: "s1", ms: 7 }, processed("c1/1", "orders-0@0", "s1")],
    ["assigned", { assigned: "c1", ms: 7 }, assigned("c1/1", "orders-0")],
  ] as const)("a step that waits for %s is due so long after it happened", (_name, after, event) => {
    const interpreter = interpreterOf([send("s1", 0), step("f1", after, kill)]);
    expect(playedAt(interpreter, 0)).toEqual(["s1"]);
    tell(interpreter, 20, event);
    expect(interpreter.nextDueUs).toBe(27_000);
    expect(playedAt(interpreter, 26)).toEqual([]);
    expect(playedAt(interpreter, 27)).toEqual(["f1"]);
  });

  test("a step that waits for another to be played is due so long after that", () => {
    const interpreter = interpreterOf([send("s2", { played: "s1", ms: 5 }), send("s1", 10), send("s3", { played: "s2" })]);
    expect(playedAt(interpreter, 10)).toEqual(["s1"]);
    expect(playedAt(interpreter, 15)).toEqual(["s2", "s3"]);
  });

  test("what happens to somebody else does not count, and only the first time counts", () => {
    const interpreter = interpreterOf([send("s1", 0), step("f1", { acked: "s1", ms: 5 }, kill)]);
    playedAt(interpreter, 0);
    tell(interpreter, 1, acked("s2", 0));
    expect(interpreter.nextDueUs).toBe(anchorLimitMs * 1000);
    tell(interpreter, 2, acked("s1", 0));
    tell(interpreter, 9, acked("s1", 0));
    expect(interpreter.nextDueUs).toBe(7000);
  });

  test("several steps may wait for one event", () => {
    const interpreter = interpreterOf([send("s1", 0), send("s2", { acked: "s1" }), send("s3", { acked: "s1", ms: 3 })]);
    playedAt(interpreter, 0);
    tell(interpreter, 1, acked("s1", 0));
    expect(playedAt(interpreter, 1)).toEqual(["s2"]);
    expect(playedAt(interpreter, 4)).toEqual(["s3"]);
  });

  test("an anchor that is not met in time is given up, and the step is played and said to be late", () => {
    const interpreter = interpreterOf([send("s1", 500), send("s2", { acked: "s1", ms: 9 }), send("s3", { processed: "s1" })]);
    expect(playedAt(interpreter, 500)).toEqual(["s1"]);
    expect(playedAt(interpreter, 500 + anchorLimitMs - 1)).toEqual([]);
    expect(playedAt(interpreter, 500 + anchorLimitMs)).toEqual(["s2 late", "s3 late"]);
  });

  test("an assignment is waited for from the beginning", () => {
    const interpreter = interpreterOf([send("s1", { assigned: "c1" })]);
    expect(interpreter.nextDueUs).toBe(anchorLimitMs * 1000);
    expect(playedAt(interpreter, anchorLimitMs)).toEqual(["s1 late"]);
  });

  test("an anchor that was met in time is not given up while the step's delay lasts", () => {
    const interpreter = interpreterOf([send("s1", { assigned: "c1", ms: 5000 })]);
    tell(interpreter, 1, assigned("c1/1"));
    expect(playedAt(interpreter, 4000)).toEqual([]);
    expect(playedAt(interpreter, 5001)).toEqual(["s1"]);
  });

  test("what waits for a step that was skipped waits no longer", () => {
    const view = viewOf({ clients: { p1: "down" } });
    const interpreter = interpreterOf([
      send("s1", 3),
      send("s2", { acked: "s1" }),
      step("m1", { played: "s1" }, { kind: "stop-member", member: "c1" }),
    ]);
    expect(playedAt(interpreter, 3, view)).toEqual([
      "s1 skipped: producer p1 is down",
      "s2 skipped: producer p1 is down",
      "m1 late",
    ]);
  });
});

describe("operations", () => {
  const played = (operation: Step["do"], view?: ClusterView) =>
    interpreterOf([step("x", 0, operation)]).play(0, view ?? viewOf());

  test("a send goes to its client with the step's id", () => {
    const operation = { kind: "send", producer: "p1", topic: "orders", key: "k" } as const;
    expect(played(operation)).toEqual({
      events: [{ kind: "step-played", step: "x", resolved: [], anchorMissed: false }],
      commands: [{ kind: "send", step: "x", operation }],
    });
  });

  test.each([
    ["producer p1 is down", { kind: "send", producer: "p1", topic: "orders" }, { p1: "down" }],
    ["member c1 is running", { kind: "start-member", member: "c1" }, {}],
    ["member c1 is running", { kind: "start-member", member: "c1" }, { c1: "paused" }],
    ["member c1 is down", { kind: "stop-member", member: "c1" }, { c1: "down" }],
    ["member c1 is paused", { kind: "stop-member", member: "c1" }, { c1: "paused" }],
    ["there is nothing to heal: f9 was not done", { kind: "heal", fault: "f9" }, {}],
    ["nobody is leaderOf(orders-9) now", { kind: "kill-broker", target: "leaderOf(orders-9)" }, {}],
  ] as const)("a step is skipped because %s", (reason, operation, clients) => {
    expect(played(operation, viewOf({ clients }))).toEqual({
      events: [{ kind: "step-skipped", step: "x", reason }],
      commands: [],
    });
  });

  test("members are started and stopped", () => {
    expect(played({ kind: "start-member", member: "c1" }, viewOf({ clients: { c1: "down" } }))?.commands).toEqual([
      { kind: "start-client", client: "c1" },
    ]);
    expect(played({ kind: "stop-member", member: "c1" })?.commands).toEqual([{ kind: "stop-client", client: "c1" }]);
  });

  test("a paused producer is given its record all the same", () => {
    expect(
      played({ kind: "send", producer: "p1", topic: "orders" }, viewOf({ clients: { p1: "paused" } }))?.commands,
    ).toHaveLength(1);
  });

  test("a fault is told with whom it met, before its commands", () => {
    expect(played(kill)).toEqual({
      events: [
        { kind: "step-played", step: "x", resolved: ["broker 1"], anchorMissed: false },
        { kind: "fault-injected", step: "x", fault: "kill-broker" },
      ],
      commands: [{ kind: "kill-broker", broker: 1 }],
    });
  });

  test.each(["kill-broker", "start-broker"] as const)("a fault is skipped where the system cannot do %s", (without) => {
    const interpreter = interpreterOf([step("f1", 0, kill), step("h1", 1, { kind: "heal", fault: "f1" })], { without });
    expect(playedAt(interpreter, 1)).toEqual([
      `f1 skipped: this system cannot do ${without}`,
      "h1 skipped: there is nothing to heal: f1 was not done",
    ]);
  });
});

describe("healing", () => {
  const pause = { kind: "pause-broker", target: "broker 2" } as const;

  test("a heal undoes its fault, once", () => {
    const interpreter = interpreterOf([
      step("f1", 0, kill),
      step("h1", 1, { kind: "heal", fault: "f1" }),
      step("h2", 2, { kind: "heal", fault: "f1" }),
    ]);
    playedAt(interpreter, 0);
    expect(interpreter.play(1000, viewOf())).toEqual({
      events: [
        { kind: "step-played", step: "h1", resolved: [], anchorMissed: false },
        { kind: "fault-healed", step: "f1" },
      ],
      commands: [{ kind: "start-broker", broker: 1 }],
    });
    expect(playedAt(interpreter, 2)).toEqual(["h2 skipped: there is nothing to heal: f1 was not done"]);
    expect(interpreter.healEverything()).toEqual({ events: [], commands: [] });
  });

  test("in the end commandKinds that is left is undone, the latest first", () => {
    const interpreter = interpreterOf([
      step("f1", 0, kill),
      step("f2", 1, pause),
      step("f3", 2, { kind: "slow-handler", client: "c1", handlerMs: 50 }),
    ]);
    playedAt(interpreter, 2);
    expect(interpreter.healEverything()).toEqual({
      events: ["f3", "f2", "f1"].map((id) => ({ kind: "fault-healed", step: id })),
      commands: [
        { kind: "set-handler", client: "c1", handlerMs: null },
        { kind: "resume-broker", broker: 2 },
        { kind: "start-broker", broker: 1 },
      ],
    });
    expect(interpreter.healEverything()).toEqual({ events: [], commands: [] });
  });

  test("what is over as soon as it is done needs no healing", () => {
    const interpreter = interpreterOf([step("f1", 0, { kind: "elect-leader", partition: "orders-0" as never })]);
    expect(playedAt(interpreter, 0)).toEqual(["f1"]);
    expect(interpreter.healEverything().events).toEqual([]);
  });
});

describe("a fault that a user brought along", () => {
  const flood: OwnFault = {
    id: "flood",
    sentence: "A producer is killed over and over.",
    generate: () => ({ client: "p1" }),
    inject: (parameters, view) => ({
      kind: "injected",
      commands: [{ kind: "kill-client", client: (parameters as { client: string }).client }],
      heal: [{ kind: "start-client", client: "p1" }],
      resolved: [`${view.clients.size} clients`],
    }),
  };
  const flooded = step("f1", 0, { kind: "own-fault", fault: "flood", parameters: { client: "p1" } });

  test("is done with its parameters and the view, and healed like the others", () => {
    const interpreter = interpreterOf([flooded], { ownFaults: [flood] });
    expect(interpreter.play(0, viewOf())).toEqual({
      events: [
        { kind: "step-played", step: "f1", resolved: ["3 clients"], anchorMissed: false },
        { kind: "fault-injected", step: "f1", fault: "own-fault" },
      ],
      commands: [{ kind: "kill-client", client: "p1" }],
    });
    expect(interpreter.healEverything().commands).toEqual([{ kind: "start-client", client: "p1" }]);
  });

  test("is skipped where nobody has brought it, or where the system cannot do what it takes", () => {
    expect(playedAt(interpreterOf([flooded]), 0)).toEqual(['f1 skipped: nobody has brought the fault "flood"']);
    const without = interpreterOf([flooded], { ownFaults: [flood], without: "start-client" });
    expect(playedAt(without, 0)).toEqual(["f1 skipped: this system cannot do start-client"]);
  });
});
