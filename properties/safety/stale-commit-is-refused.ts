import type { GroupId, MemberId } from "../../model/ids.ts";
import type { Commit, Holding, TrialFacts } from "../facts/trial-facts.ts";
import { mayForgetGroups } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** A member of the past cannot overwrite what its successors have committed; nor can a static member whose place another process has. */
export const staleCommitIsRefused: Property = {
  id: "stale-commit-is-refused",
  sentence:
    "A commit that was begun in an old generation, when members had a newer one already, or by a static member that another process had replaced, is not accepted.",
  source: "OffsetCommit of the classic group protocol: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID (KIP-345)",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "no committed record of __consumer_offsets was lost with permission",
  check: (trial) => {
    const newest = new Map<GroupId, Holding>();
    /** Of each static member the process that started last; and where each member was assigned anything last. */
    const lives = new Map<string, Holding>();
    const places = new Map<MemberId, number>();
    const events = [
      ...trial.holdings.map((holding) => ({ at: holding.assignedAt, holding })),
      ...trial.commits.map((commit) => ({ at: commit.startedAt, commit })),
    ].toSorted((left, right) => left.at - right.at);
    const breaches: Breach[] = [];
    let judged = 0;
    for (const event of events) {
      if ("holding" in event) {
        const { holding } = event;
        const before = newest.get(holding.group);
        if (before === undefined || holding.generation > before.generation) newest.set(holding.group, holding);
        const identity = `${holding.group}/${trial.identityOf(holding)}`;
        if (holding.startedAt >= (lives.get(identity)?.startedAt ?? 0)) lives.set(identity, holding);
        places.set(holding.member, holding.assignedAt);
        continue;
      }
      const { event: started, outcome } = event.commit;
      const current = newest.get(started.group);
      if (outcome.kind !== "acked" || current === undefined) continue;
      judged++;
      const successor = lives.get(`${started.group}/${trial.identityOf(started)}`);
      if (started.generation < current.generation) breaches.push(tooLate(trial, event.commit, current));
      else if (successor !== undefined && hasReplaced(successor, started.member, places)) {
        breaches.push(tooLate(trial, event.commit, successor));
      }
    }
    return { judged, breaches };
  },
};

/** Whether the holder's process has started when the other one had its place already, so that it can only have taken it. */
const hasReplaced = (holder: Holding, member: MemberId, places: ReadonlyMap<MemberId, number>): boolean =>
  holder.member !== member && holder.startedAt > (places.get(member) ?? Infinity);

function tooLate(trial: TrialFacts, { event, outcome, startedAt }: Commit, current: Holding): Breach {
  const permission = mayForgetGroups(trial);
  const what = event.offsets.map(({ offset, partition }) => `${partition} at ${offset}`).join(", ");
  const when =
    event.generation < current.generation
      ? `when ${event.group} was in generation ${current.generation}`
      : `when ${current.member} of ${current.client} had its place`;
  return {
    message: `${event.client} committed ${what} in generation ${event.generation}, ${when}, and it was accepted.`,
    witness: [current.assignedAt, startedAt, outcome.at],
    ...(event.offsets[0] !== undefined && { partition: event.offsets[0].partition }),
    ...(permission !== undefined && { permission }),
  };
}
