/** One trial that was played again, told for a terminal. */

import { brokenIn } from "../../harness/campaign/suspect.ts";
import type { Broken } from "../../harness/campaign/suspect.ts";
import { replayCommand } from "../../harness/findings/finding.ts";
import type { Loaded } from "../../harness/load-replayable.ts";
import { bugById } from "../../harness/named.ts";
import type { SystemId } from "../../harness/system.ts";
import type { Trial, TrialSetup } from "../../harness/trial.ts";
import { classOf } from "../../properties/judge.ts";
import { tellStory } from "../../reports/story.ts";
import type { PlantedBug } from "../../sut/sim/planted-bugs/planted-bug.ts";

/** The planted bug that is to be switched on: the one asked for, `none` for none, or the record's. */
export function bugOf(recorded: string | null | undefined, asked: string | undefined): PlantedBug | undefined {
  const id = asked ?? recorded ?? "none";
  return id === "none" ? undefined : bugById(id);
}

export interface TrialTold {
  readonly argument: string;
  readonly grade: string;
  readonly loaded: Loaded;
  readonly setup: TrialSetup;
  readonly sut: SystemId;
  readonly trial: Trial;
}

/** The story of what was broken first, with what the record is about before everything else; or that everything held. */
export function tellTrial({ argument, grade, loaded, setup, sut, trial }: TrialTold): string {
  const broken = brokenIn(trial);
  const isViolation = ({ judged }: Broken): boolean => judged.verdict.kind === "violated";
  const about = loaded.record?.finding.property;
  const [first] = broken.toSorted((left, right) => rank(left) - rank(right));
  function rank(one: Broken): number {
    return (one.judged.property.id === about ? 0 : 1) + (isViolation(one) ? 0 : 2);
  }
  if (first === undefined) {
    const holding = trial.judged.filter(({ verdict }) => verdict.kind === "holds").length;
    return `HELD: ${holding} of ${trial.judged.length} properties hold, the others had nothing to judge`;
  }
  const { breach, judged } = first;
  return tellStory({
    property: judged.property,
    class: classOf(judged.property, breach),
    breach,
    seed: loaded.seed,
    schedule: trial.schedule,
    history: trial.played.history,
    stepsBeforeShrinking: loaded.record?.scheduleAsFound.steps.length ?? trial.schedule.steps.length,
    bug: setup.bug,
    alsoBroken: broken.flatMap((other) => (other === first ? [] : [other.judged.property.id])),
    replay: { command: commandFor(argument, sut, loaded, setup), grade },
  });
}

function commandFor(argument: string, sut: SystemId, { record }: Loaded, { bug }: TrialSetup): string {
  const isRecords = (record?.bug ?? undefined) === bug?.id;
  return `${replayCommand(argument, { id: sut })}${isRecords ? "" : ` --bug ${bug?.id ?? "none"}`}`;
}
