import type { Generation, GroupId } from "../../model/ids.ts";
import { mayForgetGroups } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** A member of the past cannot overwrite what its successors have committed. */
export const staleCommitIsRefused: Property = {
  id: "stale-commit-is-refused",
  sentence: "A commit that was begun in an old generation, when members had a newer one already, is not accepted.",
  source: "OffsetCommit of the classic group protocol: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes: "no committed record of __consumer_offsets was lost with permission",
  check: (trial) => {
    const newest = new Map<GroupId, { readonly generation: Generation; readonly at: number }>();
    const events = [
      ...trial.holdings.map(({ assignedAt, generation, group }) => ({ at: assignedAt, generation, group })),
      ...trial.commits.map((commit) => ({ at: commit.startedAt, commit })),
    ].toSorted((left, right) => left.at - right.at);
    const breaches: Breach[] = [];
    let judged = 0;
    for (const event of events) {
      if (!("commit" in event)) {
        const before = newest.get(event.group);
        if (before === undefined || event.generation > before.generation) newest.set(event.group, event);
        continue;
      }
      const { event: started, outcome, startedAt } = event.commit;
      const current = newest.get(started.group);
      if (outcome.kind !== "acked" || current === undefined) continue;
      judged++;
      if (started.generation >= current.generation) continue;
      const permission = mayForgetGroups(trial);
      const what = started.offsets.map(({ offset, partition }) => `${partition} at ${offset}`).join(", ");
      breaches.push({
        message: `${started.client} committed ${what} in generation ${started.generation}, when ${started.group} was in generation ${current.generation}, and it was accepted.`,
        witness: [current.at, startedAt, outcome.at],
        ...(started.offsets[0] !== undefined && { partition: started.offsets[0].partition }),
        ...(permission !== undefined && { permission }),
      });
    }
    return { judged, breaches };
  },
};
