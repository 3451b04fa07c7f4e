/**
 * Makes up a schedule from a root of choices: options first, then what clients do, then what goes wrong.
 *
 * Swarm testing: each trial draws which families of fault can occur in it and how they are weighted, because a trial with a
 * little of everything seldom gets far into anything (Groce et al., ISSTA 2012). Every now and then a trial is a scenario:
 * faults in an order that is known to be hard.
 */

import { definitionOf } from "../../fault-injection/catalogue.ts";
import type { BuiltInFaultKind } from "../../fault-injection/catalogue.ts";
import type { Fault } from "../../model/fault.ts";
import { drawFrom, mix } from "../../model/random.ts";
import type { Draw, RandomRoot } from "../../model/random.ts";
import { scheduleFormat } from "../../model/schedule.ts";
import type { After, Noise, Schedule, Step, TrialOptions } from "../../model/schedule.ts";
import { drawDeletions } from "./deletions.ts";
import { drawScenario } from "./scenarios/draw-scenario.ts";
import type { Scene } from "./scenarios/scenario.ts";
import { faultKindsOf } from "./settings.ts";
import type { GeneratorSettings } from "./settings.ts";
import { drawTrialOptions } from "./trial-options.ts";
import { everydayWorkload } from "./workload.ts";

/** The schedule that a root stands for. The same root and settings give the same schedule. */
export function generateSchedule(root: RandomRoot, settings: GeneratorSettings = {}): Schedule {
  const draw = drawFrom(root, "trial");
  const options = drawTrialOptions(draw.fork("options"), settings);
  const spanMs = draw.fork("span").pick([800, 2000, 4000]);
  const workload = settings.workload ?? everydayWorkload;
  const work = workload
    .generate(draw.fork("workload"), options, spanMs)
    .map((step, at): Step => ({ id: `${step.do.kind === "send" ? "s" : "m"}${at + 1}`, ...step }));
  const scene: Scene = { options, spanMs, work };
  const scenario = drawScenario(draw.fork("scenario"), options, settings);
  const faults = scenario?.generate(draw.fork("scene"), scene) ?? drawFaults(draw.fork("faults"), scene, settings);
  const deletions = mayForget(settings) ? drawDeletions(draw.fork("deletions"), scene) : [];
  const steps = [...work, ...faults, ...deletions];
  return { format: scheduleFormat, options, steps, noise: drawNoise(draw.fork("noise"), root) };
}

/** Deletions are for those who have said nothing of faults, and whom it does not disturb that records are gone. */
const mayForget = ({ faults, permissive }: GeneratorSettings): boolean => faults === undefined && permissive !== false;

function drawNoise(draw: Draw, root: RandomRoot): Noise {
  const latencyMs = draw.weighted([
    [50, { min: 0.1, max: 1 }],
    [30, { min: 0.5, max: 5 }],
    [10, { min: 1, max: 25 }],
    [10, { min: 0.2, max: 0.2 }],
  ]);
  return { seed: mix(root.high, root.low).toString(16).padStart(8, "0"), latencyMs };
}

function drawFaults(draw: Draw, scene: Scene, settings: GeneratorSettings): readonly Step[] {
  const weights = drawWeights(draw.fork("weights"), scene.options, settings);
  if (weights.every(([weight]) => weight === 0)) return [];
  const count = draw.weighted([
    [5, 0],
    [25, 1],
    [30, 2],
    [20, 3],
    [12, 4],
    [8, 6],
  ]);
  const steps: Step[] = [];
  let hasPowerLoss = false;
  for (let nth = 1; nth <= count; nth++) {
    const own = draw.fork(`fault ${nth}`);
    const fault = own.weighted(weights)(own.fork("parameters"));
    // Power may be lost once a trial: twice could lose what Kafka never promised to keep, and there is little to learn from it.
    if (fault.kind === "power-off-broker" && hasPowerLoss) continue;
    hasPowerLoss ||= fault.kind === "power-off-broker";
    const id = `f${nth}`;
    steps.push({ id, after: drawMoment(own.fork("moment"), scene, steps), do: fault });
    if (own.chance(0.8)) {
      const ms = Math.round(2 ** (own.fraction() * 12));
      steps.push({ id: `h${nth}`, after: { played: id, ms }, do: { kind: "heal", fault: id } });
    }
  }
  return steps;
}

type FaultMaker = (draw: Draw) => Fault;

function drawWeights(
  draw: Draw,
  options: TrialOptions,
  settings: GeneratorSettings,
): readonly (readonly [number, FaultMaker])[] {
  const isSwarm = draw.chance(0.7);
  const families = new Map<string, number>();
  const weightOf = (family: string): number => {
    const own = draw.fork(family);
    if (!families.has(family)) families.set(family, isSwarm && own.chance(0.5) ? 0 : own.integer(1, 4));
    return families.get(family)!;
  };
  const builtIn = faultKindsOf(settings)
    .filter((kind) => isPossible(kind, options))
    .map((kind): readonly [number, FaultMaker] => {
      const definition = definitionOf(kind);
      return [weightOf(definition.family), (own) => definition.generate(own, options)];
    });
  const own = (settings.ownFaults ?? []).map((fault): readonly [number, FaultMaker] => {
    const make: FaultMaker = (source) => {
      return { kind: "own-fault", fault: fault.id, parameters: fault.generate(source, options) };
    };
    return [weightOf(`own ${fault.id}`), make];
  });
  const all = [...builtIn, ...own];
  return all.every(([weight]) => weight === 0) ? all.map(([, make]) => [1, make] as const) : all;
}

/** A trial without a group has nobody whose handler could be slow, and one without clients nobody who could be killed. */
function isPossible(kind: BuiltInFaultKind, { groups, producers }: TrialOptions): boolean {
  if (kind === "slow-handler") return groups.length > 0;
  return groups.length > 0 || producers.length > 0 || !needsClient.has(kind);
}

const needsClient: ReadonlySet<BuiltInFaultKind> = new Set<BuiltInFaultKind>([
  "kill-client",
  "pause-client",
  "lose-response",
  "cut-link",
]);

/** When a fault strikes: at some time, right after something that matters, or on the heels of another fault. */
function drawMoment(draw: Draw, { options, spanMs, work }: Scene, faults: readonly Step[]): After {
  const sends = work.filter((step) => step.do.kind === "send");
  const members = options.groups.flatMap((group) => group.members);
  const soon = draw.weighted([
    [50, 0],
    [25, draw.integer(0, 5)],
    [25, draw.integer(0, 300)],
  ]);
  const followed = faults.filter((step) => step.do.kind !== "heal");
  return draw.weighted<() => After>([
    [35, () => ({ ms: draw.integer(0, spanMs) })],
    [sends.length > 0 ? 35 : 0, () => ({ acked: draw.pick(sends).id, ms: soon })],
    [sends.length > 0 && members.length > 0 ? 8 : 0, () => ({ processed: draw.pick(sends).id, ms: soon })],
    [members.length > 0 ? 7 : 0, () => ({ assigned: draw.pick(members), ms: soon })],
    [followed.length > 0 ? 25 : 0, () => ({ played: draw.pick(followed).id, ms: Math.round(2 ** (draw.fraction() * 12)) })],
  ])();
}
