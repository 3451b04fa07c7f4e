import type { TrialFacts } from "../facts/trial-facts.ts";
import { mayForgetGroups } from "../promises.ts";
import { mayMeetFormerCoordinator } from "../promises-of-groups.ts";
import type { Property } from "../property.ts";

/** `group.instance.id` is a place for one process: whoever has it keeps it, until another one takes it. */
export const onlyATwinFences: Property = {
  id: "only-a-twin-fences",
  sentence:
    "A static member that has been assigned its part is fenced only if another process with its group.instance.id has run since.",
  source: "KIP-345; KAFKA-10284",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "no committed record of __consumer_offsets was lost with permission, and no coordinator had been deposed without knowing it; a member that joined in a generation that its coordinator did not live to write down may be fenced by its own former id",
  check: (trial) => {
    const fenced = trial.eventsOf("client-fenced");
    const breaches = fenced.flatMap(({ at, event }) => {
      const { client, group, instance, member } = event;
      const life = trial.holdings.find((holding) => holding.client === client && holding.member === member);
      if (life === undefined) return [];
      const { assignedAt: from } = life;
      if (twinsOf(trial, client, { group, instance }).some((twin) => ranWithin(trial, twin, { from, to: at }))) return [];
      const permission = mayForgetGroups(trial) ?? mayMeetFormerCoordinator(trial, at);
      const message = `${client} was fenced as ${instance} of ${group}, and no other process has had that group.instance.id since it was assigned its part.`;
      return [{ message, witness: [from, at], ...(permission !== undefined && { permission }) }];
    });
    const assigned = trial.holdings.filter(({ client, group }) => trial.groupOptions(group)?.instances?.[client] !== undefined);
    return { judged: fenced.length + assigned.length, breaches };
  },
};

/** Other clients with the same `group.instance.id`. */
function twinsOf(
  trial: TrialFacts,
  client: string,
  { group, instance }: { readonly group: string; readonly instance: string },
): readonly string[] {
  const instances = Object.entries(trial.groupOptions(group)?.instances ?? {});
  return instances.filter(([other, of]) => of === instance && other !== client).map(([other]) => other);
}

/** Whether the client was running at some time between. */
function ranWithin(trial: TrialFacts, client: string, { from, to }: { readonly from: number; readonly to: number }): boolean {
  const isStart = ({ at, event }: { readonly at: number; readonly event: { readonly client: string } }): boolean =>
    event.client === client && at < to;
  return trial
    .eventsOf("client-started")
    .filter(isStart)
    .some((start) => endOf(trial, client, start.at) > from);
}

function endOf(trial: TrialFacts, client: string, from: number): number {
  const ends = (["client-killed", "client-stopped", "client-fenced"] as const).flatMap((kind) =>
    trial.eventsOf(kind).filter(({ at, event }) => event.client === client && at > from),
  );
  return Math.min(Infinity, ...ends.map(({ at }) => at));
}
