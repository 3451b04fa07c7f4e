import type { After, Step } from "../../../model/schedule.ts";
import { drawAim } from "./aim.ts";
import { afterStep, drawShutdownMs, fault, hasReplicas, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Terms of leaders who wrote nothing: whoever was away meanwhile asks where they ended. */
export const idleElections: Scenario = {
  id: "idle-elections",
  sentence: "Leaders of a partition change several times in a row while nobody writes to it.",
  kinds: ["stop-broker", "kill-broker", "elect-leader"],
  isPossible: (options) => hasReplicas(options, 2),
  generate: (draw, scene) => {
    const { partition } = drawAim(draw, scene);
    const target = `leaderOf(${partition})`;
    const steps: Step[] = [];
    let after: After = { ms: idleFromMs(scene.work) + soonMs(draw, 7) };
    const count = draw.integer(2, 4);
    for (let nth = 1; nth <= count; nth++) {
      const kind =
        nth === 1
          ? draw.pick(["stop-broker", "kill-broker"] as const)
          : draw.pick(["stop-broker", "kill-broker", "elect-leader"] as const);
      steps.push(fault(nth, after, kind === "elect-leader" ? { kind, partition } : { kind, target }));
      if (kind !== "elect-leader") {
        const downMs = kind === "kill-broker" ? pastSessionMs(draw, scene.options) : drawShutdownMs(draw, scene.options);
        steps.push(heal(nth, afterStep(`f${nth}`, downMs)));
      }
      after = afterStep(kind === "elect-leader" ? `f${nth}` : `h${nth}`, soonMs(draw, 9));
    }
    return steps;
  },
};

/** When the longest time in which nothing is sent begins; what comes after the last record has no end. */
function idleFromMs(work: readonly Step[]): number {
  const sentMs = work.filter((step) => step.do.kind === "send").map(({ after }) => after.ms ?? 0);
  const gaps = sentMs.slice(1).map((ms, at) => ({ fromMs: sentMs[at]!, lengthMs: ms - sentMs[at]! }));
  return gaps.reduce((longest, gap) => (gap.lengthMs > longest.lengthMs ? gap : longest), { fromMs: 0, lengthMs: 0 }).fromMs;
}
