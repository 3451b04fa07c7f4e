/**
 * How quickly the in-memory cluster plays and the properties judge, and the reference model is searched, on one core.
 *
 *   node bench/main.ts [--seconds 5] [--trials 50000] [--explore medium]
 *
 * `--seconds` is the time for each figure; `--trials` plays and judges that many reference trials in one process and tells
 * what is left on the heap on the way; `--explore` searches that scope and nothing else, and tells the memory of the process. Speed is by the processor time of this process, so that neighbours disturb it less.
 */

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { loadScope } from "../harness/explore/load-scope.ts";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../harness/seed.ts";
import { Exploration } from "../model/explore/search.ts";
import type { Schedule } from "../model/schedule.ts";
import { properties } from "../properties/catalogue.ts";
import { judge } from "../properties/judge.ts";
import { playInMemory } from "../sut/sim/play.ts";
import { heapMegabytes, speedOf } from "./measure.ts";
import { referenceTrial, transactionalTrial } from "./reference-trial.ts";

/** So many that the engine has compiled what it is going to compile. */
const warmUpTrials = 8000;
/** Most of it has been compiled by then for trials without transactions. */
const warmUpTransactionalTrials = 1000;
/** After how many trials the heap is looked at. */
const heapLooks = [1000, 10_000, 50_000];

const statesAtOnce = 100_000;
const microsecondsASecond = 1_000_000;
const kilobytesAMegabyte = 1024;

const { values } = parseArgs({
  options: { explore: { type: "string" }, seconds: { type: "string" }, trials: { type: "string" } },
});
const durationMs = Number(values.seconds ?? 5) * 1000;
const trialsMax = Number(values.trials ?? 1000);

const generated = (nth: number): Schedule => generateSchedule(rootOf(trialSeed("bench", nth)));

/** Plays and judges; a violation would make the figures worthless. */
function playAndJudge(schedule: Schedule): void {
  const { history } = playInMemory(schedule);
  const { judged } = judge(schedule.options, history, properties);
  const violated = judged.filter(({ verdict }) => verdict.kind === "violated").map(({ property }) => property.id);
  if (violated.length > 0) throw new Error(`a clean trial is violated: ${violated.join(", ")}`);
}

function print(what: string, figure: number, unit: string): void {
  console.log(`${what.padEnd(44)}${figure.toFixed(figure < 100 ? 1 : 0).padStart(9)} ${unit}`);
}

/** Trials of one kind, warmed up by as many as `warmUp` says. */
function printSpeedOf(name: string, trialOf: (nth: number) => Schedule, warmUp: number): void {
  for (let nth = 0; nth < warmUp; nth++) playAndJudge(trialOf(nth));
  let events = 0;
  let loopEvents = 0;
  const played = speedOf(durationMs, (nth) => {
    const { history, loopEvents: ran } = playInMemory(trialOf(nth));
    events += history.length;
    loopEvents += ran;
  });
  print(`${name}: events in the history`, events / played.times, "a trial");
  print(`${name}: tasks of the event loop`, loopEvents / played.times, "a trial");
  print(`${name}: played`, played.perSecond, "trials/s");
  print(`${name}: played and judged`, speedOf(durationMs, (nth) => playAndJudge(trialOf(nth))).perSecond, "trials/s");
}

function printSpeeds(): void {
  printSpeedOf("reference trial", referenceTrial, warmUpTrials);
  printSpeedOf("transactional trial", transactionalTrial, warmUpTransactionalTrials);
  for (let nth = 0; nth < warmUpTrials; nth++) playAndJudge(generated(nth));
  print("generated trial: generated", speedOf(durationMs, generated).perSecond, "trials/s");
  print(
    "generated trial: generated, played, judged",
    speedOf(durationMs, (nth) => playAndJudge(generated(nth))).perSecond,
    "trials/s",
  );
}

function printSearch(name: string): void {
  const start = process.cpuUsage();
  const exploration = new Exploration(loadScope(name, {}));
  while (!exploration.isDone) exploration.run(statesAtOnce);
  if (exploration.violation() !== undefined) throw new Error(`an invariant is broken in the scope ${name}`);
  const { system, user } = process.cpuUsage(start);
  const { distinctStates } = exploration.progress;
  print(`explore --scope ${name}: distinct states`, distinctStates, "states");
  print(`explore --scope ${name}: searched`, distinctStates / ((user + system) / microsecondsASecond), "states/s");
  print(`explore --scope ${name}: memory`, exploration.bytesPerState, "bytes a state");
  print(`explore --scope ${name}: the process at most`, process.resourceUsage().maxRSS / kilobytesAMegabyte, "MB");
}

function printHeap(): void {
  for (let nth = 1; nth <= trialsMax; nth++) {
    playAndJudge(referenceTrial(nth));
    if (heapLooks.includes(nth) || nth === trialsMax)
      print(`heap after ${nth.toLocaleString("en")} trials`, heapMegabytes(), "MB");
  }
}

console.log(
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores; node ${process.version}; one core used`,
);
if (values.explore === undefined) {
  printSpeeds();
  // Ours that is searched by default, and the scope of the public TLA+ model of Kafka's replication.
  for (const name of ["small", "tla"]) printSearch(name);
  printHeap();
} else printSearch(values.explore);
