import { describe, expect, test } from "vitest";
import { checkSchedule } from "../../../fault-injection/check-schedule.ts";
import { drawFrom } from "../../../model/random.ts";
import { isFault, waitsFor } from "../../../model/schedule.ts";
import type { Schedule, Step } from "../../../model/schedule.ts";
import { sightings } from "../../../properties/coverage/sightings.ts";
import { TrialFacts } from "../../../properties/facts/trial-facts.ts";
import { playInMemory } from "../../../sut/sim/play.ts";
import { rootOf } from "../../seed.ts";
import { generateSchedule } from "../generate-schedule.ts";
import { drawTrialOptions } from "../trial-options.ts";
import { scenarios } from "./catalogue.ts";
import { drawScenario } from "./draw-scenario.ts";

/** Trials of which everything is made up but the faults, which are those of one scenario. */
function trialsOf(id: string): readonly Schedule[] {
  const found = made.get(id) ?? makeTrials(id);
  made.set(id, found);
  return found;
}

const made = new Map<string, readonly Schedule[]>();

function makeTrials(id: string): readonly Schedule[] {
  const scenario = scenarios.find((one) => one.id === id)!;
  return Array.from({ length: scenario.isRare === true || scenario.isOfOutput === true ? 300 : 150 }, (_, nth) => {
    const root = rootOf(`scenarios:${nth}`);
    const { options, steps: work, ...rest } = generateSchedule(root, { faults: [] });
    const scene = { options, spanMs: 2000, work };
    const faults = scenario.isPossible(options) ? scenario.generate(drawFrom(root, id), scene) : [];
    return { ...rest, options, steps: [...work, ...faults] };
  }).filter(({ steps }) => steps.some((step) => isFault(step.do)));
}

/** What is injected and healed, in the order of the scenario, without parameters. */
const plotOf = ({ steps }: Schedule): string =>
  steps.flatMap(({ do: what, id }) => (isFault(what) ? [what.kind] : what.kind === "heal" ? [id] : [])).join(" ");

/** How long after the step that it waits for a step is due. */
const delayMs = ({ steps }: Schedule, id: string): number => steps.find((step) => step.id === id)!.after.ms ?? 0;

const anchorOf = ({ steps }: Schedule, id: string): unknown =>
  Object.entries(steps.find((step) => step.id === id)!.after)[0]?.[1];

const targetsOf = ({ steps }: Schedule): readonly string[] =>
  steps.flatMap(({ do: what }) => ("target" in what ? [what.target.replace(/\(.*?(, \d)?\)/, "$1")] : []));

const dies = "(kill-broker|stop-broker)";

/** What each scenario is told to contain: its faults and heals in order. */
const plots: Readonly<Record<string, string>> = {
  "unreplicated-tail": "isolate-broker kill-broker h1 h2",
  "zombie-leader": "(pause-broker|isolate-broker) h1",
  "idle-elections": `${dies} h1( ${dies} h\\d| elect-leader){1,3}`,
  "down-to-one": `${dies}( ${dies})? ${dies} h1 h3( h2)?`,
  "elected-out-of-sync": "reassign-partition kill-broker kill-broker h2 unclean-election h3",
  "power-in-turns": "power-off-broker h1 power-off-broker h2",
  "longer-log-returns": "isolate-broker h1( kill-broker| elect-leader)?",
  "rolling-restart": "((kill-broker h\\d ?)+|(stop-broker h\\d ?)+)",
  "controller-dies-while-fencing": "kill-broker kill-broker h2 h1",
  "deposed-controller": "isolate-broker reassign-partition h1",
  "lagging-follower": "isolate-broker h1 kill-broker h2",
  "leadership-back": `${dies}( cut-link)? h1 elect-leader elect-leader( h2)?`,
  "missed-terms": `(isolate-broker|pause-broker|cut-link) ${dies} h2 elect-leader elect-leader h1`,
  "moved-replicas": "reassign-partition (kill-broker|pause-broker|isolate-broker|stop-broker) h2( reassign-partition)?( h1)?",
  "member-dies-with-broker": "kill-broker kill-client h2 h1",
  "silent-member": "pause-client h1",
  "members-in-turns": "pause-client pause-client h1 h2",
  "late-answer": `stop-broker h1 cut-link elect-leader ${dies} h2 h4`,
  "former-process": "cut-link power-off-broker h2( cut-link h1 kill-broker h3 h4| h1)",
  "late-expansion": "isolate-broker delay-request delay-request h1 power-off-broker isolate-broker h4 kill-broker h5 h6",
  "late-isr-change": `isolate-broker (delay|duplicate)-request h1 (elect-leader|${dies} h3) elect-leader elect-leader`,
  "late-registration": "delay-request kill-broker h2 kill-broker h3",
  "late-fetch":
    "duplicate-request duplicate-request duplicate-request reassign-partition cut-link reassign-partition kill-broker h5 h7",
  "emptied-follower": "cut-link delete-records stop-broker kill-broker h3 h1 h4",
  "cleaned-tail": "isolate-broker kill-client h1 elect-leader",
  "late-batch": "delay-request",
  "late-marker": "(delay|duplicate)-request",
  "offsets-in-doubt": "delay-request delay-request (kill-client|pause-client|kill-broker) h3",
  "processing-zombie": "slow-handler pause-client h2",
  "late-refusal": "pause-broker kill-broker h2 h1",
  "late-heartbeat": "delay-request kill-broker h2 h1",
  "late-proposal": "stop-broker delay-request h1 kill-broker h3 h2",
  "asked-twice": "stop-broker h1 elect-leader elect-leader",
  "nobody-to-elect": "reassign-partition kill-broker unclean-election h2",
  "cancelled-too-late": "reassign-partition cut-link cut-link reassign-partition kill-broker h4 h5 h2 h3",
};

test("each scenario has a plot here, and a sentence", () => {
  expect(scenarios.map(({ id }) => id)).toEqual(Object.keys(plots));
  for (const { sentence } of scenarios) expect(sentence).toMatch(/^[A-Z].{30,}\.$/);
});

test("about a third of all trials are a scenario, and each scenario occurs", () => {
  const drawn = Array.from({ length: 1200 }, (_, nth) => {
    const root = rootOf(`drawn:${nth}`);
    const schedule = generateSchedule(root);
    const scenario = drawScenario(drawFrom(root, "trial").fork("scenario"), schedule.options, {});
    // Records may be deleted in any trial, whatever else is done in it.
    const plot = plotOf({ ...schedule, steps: schedule.steps.filter(({ id }) => !id.startsWith("d")) });
    if (scenario !== undefined) expect(plot).toMatch(new RegExp(`^${plots[scenario.id]}$`));
    return scenario?.id;
  }).filter((id) => id !== undefined);
  const usual = scenarios.filter(({ isSeldom }) => isSeldom !== true).map(({ id }) => id);
  expect(drawn).toEqual(expect.arrayContaining(usual));
  expect(drawn.length).toBeGreaterThan(350);
  expect(drawn.length).toBeLessThan(450);
});

test("each of the seldom scenarios is drawn in one trial of a few thousand, and all of them in about one of a hundred", () => {
  const drawn = Array.from({ length: 8000 }, (_, nth) => {
    const draw = drawFrom(rootOf(`seldom:${nth}`), "trial");
    return drawScenario(draw.fork("scenario"), drawTrialOptions(draw.fork("options"), {}), {});
  }).filter((scenario) => scenario?.isSeldom === true);
  expect(new Set(drawn)).toEqual(new Set(scenarios.filter(({ isSeldom }) => isSeldom === true)));
  expect(drawn.length).toBeGreaterThan(60);
  expect(drawn.length).toBeLessThan(130);
});

describe.each(scenarios)("$id", ({ id, isOfOutput, isRare, isSeldom, kinds }) => {
  test("can be played, has the plot that it is told to have, and no other faults than it names", () => {
    const trials = trialsOf(id);
    expect(trials.length).toBeGreaterThan(isRare === true || isSeldom === true || isOfOutput === true ? 10 : 30);
    for (const trial of trials) {
      expect(checkSchedule(trial)).toBeUndefined();
      expect(plotOf(trial)).toMatch(new RegExp(`^${plots[id]}$`));
    }
    const seen = trials.flatMap(({ steps }) => steps.map((step) => step.do).filter(isFault)).map(({ kind }) => kind);
    expect(new Set(seen)).toEqual(new Set(kinds));
  });

  test("heals only what has been done before", () => {
    for (const { steps } of trialsOf(id)) {
      for (const step of steps) if (step.do.kind === "heal") expect(waitsFor(steps, step.id, step.do.fault)).toBe(true);
    }
  });

  test("is another one with another root", () => {
    const trials = trialsOf(id);
    const faults = (steps: readonly Step[]): string =>
      JSON.stringify(steps.filter((step) => isFault(step.do) || step.do.kind === "heal"));
    expect(new Set(trials.map(({ steps }) => faults(steps))).size).toBeGreaterThan(trials.length * 0.9);
  });
});

test("an isolated leader with a tail of its own dies while it leads, and its link heals whenever", () => {
  for (const trial of trialsOf("unreplicated-tail")) expect(targetsOf(trial)).toEqual(["leaderOf", "leaderOf"]);
});

test.each(["zombie-leader", "longer-log-returns"])("%s: the leader comes back after its session", (id) => {
  for (const trial of trialsOf(id)) expect(delayMs(trial, "h1")).toBeGreaterThan(1500);
});

test("a request of the past is the leader's for another ISR, or that of a broker that starts", () => {
  const requestsOf = (id: string) =>
    new Set(
      trialsOf(id).flatMap(({ steps }) =>
        steps.flatMap(({ do: what }) =>
          what.kind === "delay-request" || what.kind === "duplicate-request"
            ? [`${what.from.split(/[ (]/)[0]} ${what.api}`]
            : [],
        ),
      ),
    );
  expect(requestsOf("late-expansion")).toEqual(new Set(["leaderOf AlterPartition"]));
  expect(requestsOf("late-isr-change")).toEqual(new Set(["leaderOf AlterPartition"]));
  expect(requestsOf("late-proposal")).toEqual(new Set(["leaderOf AlterPartition"]));
  expect(requestsOf("late-heartbeat")).toEqual(new Set(["broker BrokerHeartbeat"]));
  expect(requestsOf("late-registration")).toEqual(new Set(["broker BrokerRegistration"]));
});

test("a follower is counted out before it comes back, and loses power before its leader is killed", () => {
  for (const trial of trialsOf("late-expansion")) {
    expect(delayMs(trial, "f2")).toBeGreaterThanOrEqual(2000);
    expect(targetsOf(trial)).toEqual(["followerOf, 0", "followerOf, 0", "followerOf, 0", "leaderOf"]);
  }
});

test("a zombie hears and is not heard, or the other way round, or neither: never cut off in full", () => {
  const trials = trialsOf("zombie-leader").flatMap(({ steps }) => steps.map((step) => step.do));
  const cuts = trials.flatMap((what) => (what.kind === "isolate-broker" ? [what.oneWay] : []));
  expect(new Set(cuts)).toEqual(new Set(["in", "out"]));
});

test("elections without a write begin after a record that a long silence follows", () => {
  for (const { steps } of trialsOf("idle-elections")) {
    const sentMs = steps.filter((step) => step.do.kind === "send").map(({ after }) => after.ms ?? 0);
    const gapsMs = sentMs.slice(1).map((ms, at) => ms - sentMs[at]!);
    const firstMs = steps.find(({ id }) => id === "f1")!.after.ms!;
    const from = sentMs.findLastIndex((ms) => ms < firstMs);
    const quietFor = gapsMs.indexOf(Math.max(...gapsMs));
    if (Math.max(...gapsMs) > 128) expect(from).toBe(quietFor);
  }
});

test("down to one: the followers leave first, the leader dies after them, and the one that left first comes back first", () => {
  for (const trial of trialsOf("down-to-one")) {
    const targets = targetsOf(trial);
    expect(targets.slice(0, -1)).toEqual(["followerOf, 0", "followerOf, 1"].slice(0, targets.length - 1));
    expect(targets.at(-1)).toBe("leaderOf");
    expect([anchorOf(trial, "h1"), anchorOf(trial, "h3")]).toEqual(["f3", "h1"]);
  }
});

test("power is lost in turns: by two followers, by the second one only when the first has been started", () => {
  for (const trial of trialsOf("power-in-turns")) {
    expect(targetsOf(trial).toSorted()).toEqual(["followerOf, 0", "followerOf, 1"]);
    expect(anchorOf(trial, "f2")).toBe("h1");
    expect(delayMs(trial, "h1")).toBeLessThan(600);
  }
});

test("a rolling restart reaches each broker once, one at a time", () => {
  for (const trial of trialsOf("rolling-restart")) {
    const restarted = trial.steps.flatMap(({ do: what }) => ("target" in what ? [what.target] : []));
    expect(restarted.toSorted()).toEqual(Array.from({ length: trial.options.brokers }, (_, at) => `broker ${at + 1}`));
    for (let nth = 2; nth <= restarted.length; nth++) expect(anchorOf(trial, `f${nth}`)).toBe(`h${nth - 1}`);
  }
});

test("the controller dies before the dead broker's session has ended, or about then", () => {
  for (const trial of trialsOf("controller-dies-while-fencing")) {
    expect(targetsOf(trial)).toEqual(["leaderOf", "controller"]);
    expect(delayMs(trial, "f2")).toBeLessThanOrEqual(1550);
  }
});

test("the leader dies soon after the lagging follower's link has healed", () => {
  for (const trial of trialsOf("lagging-follower")) {
    expect(targetsOf(trial)).toEqual(["followerOf, 0", "leaderOf"]);
    expect(anchorOf(trial, "f2")).toBe("h1");
    expect(delayMs(trial, "f2")).toBeLessThanOrEqual(256);
  }
});

test("the leadership is asked back twice, as soon as its former holder has been started", () => {
  for (const trial of trialsOf("leadership-back")) {
    expect([anchorOf(trial, "f3"), anchorOf(trial, "f4")]).toEqual(["h1", "f3"]);
    expect(delayMs(trial, "f3")).toBeLessThanOrEqual(256);
  }
});

test("a follower that misses terms is away from before the leader goes until after it leads again", () => {
  for (const trial of trialsOf("missed-terms")) {
    expect([anchorOf(trial, "f2"), anchorOf(trial, "h1")]).toEqual(["f1", "f4"]);
    expect(targetsOf(trial).at(-1)).toBe("leaderOf");
  }
});

test("a member dies after its broker, and both come back later", () => {
  for (const trial of trialsOf("member-dies-with-broker")) {
    expect(["coordinatorOf", "leaderOf"]).toContain(targetsOf(trial)[0]);
    expect([anchorOf(trial, "f2"), anchorOf(trial, "h1")]).toEqual(["f1", "f2"]);
  }
});

test("members in turns are two of one group, and both are silent for about a session or longer", () => {
  for (const trial of trialsOf("members-in-turns")) {
    const silent = trial.steps.flatMap(({ do: what }) => (what.kind === "pause-client" ? [what.client] : []));
    expect(new Set(silent).size).toBe(2);
    expect(trial.options.groups.some(({ members }) => silent.every((member) => members.includes(member)))).toBe(true);
    for (const nth of [1, 2]) expect(delayMs(trial, `h${nth}`)).toBeGreaterThanOrEqual(1500);
  }
});

test("late answer: what is held back is what the short-lived leader says, and it arrives before its follower gives up", () => {
  for (const trial of trialsOf("late-answer")) {
    const cut = trial.steps.find(({ id }) => id === "f2")!.do;
    expect(cut).toMatchObject({
      oneWay: true,
      from: expect.stringMatching("followerOf"),
      to: expect.stringMatching("leaderOf"),
    });
    expect(delayMs(trial, "w2")).toBeGreaterThanOrEqual(500);
    // From when the leader of before asks its successor for the first time.
    expect(delayMs(trial, "f4") + delayMs(trial, "h2")).toBeLessThan(2000);
  }
});

test("former process: the follower is back in service before its last fetch is let through", () => {
  for (const trial of trialsOf("former-process")) {
    expect(anchorOf(trial, "h1") === "f3" ? delayMs(trial, "f3") : delayMs(trial, "h1")).toBeGreaterThan(1500);
    expect(delayMs(trial, "h2")).toBeLessThanOrEqual(512);
    expect(trial.steps.find(({ id }) => id === "w1")!.after).toMatchObject({ played: "f1" });
  }
});

test("late fetch: what a replica had fetched arrives when it is one again, and its leader dies after that", () => {
  for (const trial of trialsOf("late-fetch")) {
    const [late, , , away, , back] = trial.steps.map((step) => step.do).filter(isFault);
    if (late?.kind !== "duplicate-request" || away?.kind !== "reassign-partition" || back?.kind !== "reassign-partition")
      throw new Error("the plot is another one");
    const moved = Number(late.from.split(" ")[1]);
    expect([away.replicas.includes(moved as never), back.replicas[0]]).toEqual([false, moved]);
    const backMs = delayMs(trial, "f4") + delayMs(trial, "f5");
    expect(late.delayMs).toBeGreaterThan(backMs);
    expect(backMs + delayMs(trial, "f7")).toBeGreaterThan(late.delayMs);
  }
});

test("cleaned tail: three records of one key go to the leader that is cut off, and it comes back after its session", () => {
  for (const trial of trialsOf("cleaned-tail")) {
    const written = trial.steps.filter(({ id }) => /^w\d$/.test(id)).map((step) => step.do);
    expect(written).toHaveLength(3);
    expect(new Set(written.map((what) => JSON.stringify(what))).size).toBe(1);
    expect(written[0]).toMatchObject({ kind: "send", key: expect.stringMatching(/^k\d$/) });
    expect(delayMs(trial, "h1")).toBeGreaterThan(1500);
  }
});

test("a seldom scenario leads to what it is there for, in many of its trials", () => {
  const led: Readonly<Record<string, string>> = {
    "late-refusal": "refused-by-former-controller",
    "late-heartbeat": "former-process-refused",
    "late-proposal": "former-process-refused",
    "asked-twice": "election-in-vain",
    "nobody-to-elect": "election-in-vain",
    "cancelled-too-late": "reassignment-past-cancelling",
  };
  expect(scenarios.filter(({ isSeldom }) => isSeldom === true).map(({ id }) => id)).toEqual(Object.keys(led));
  for (const [id, situation] of Object.entries(led)) {
    const trials = trialsOf(id).slice(0, 20);
    const sighting = sightings.find((one) => one.id === situation)!;
    const seen = trials.filter((trial) => sighting.wasSeen(new TrialFacts(trial.options, playInMemory(trial).history)));
    expect([id, seen.length > trials.length / 3]).toEqual([id, true]);
  }
});
