/** Situations about brokers that go and come back. */

import type { TrialFacts } from "../facts/trial-facts.ts";
import { outagesOf, stateAt } from "./looking.ts";
import type { Sighting } from "./sighting.ts";

export const brokerSightings: readonly Sighting[] = [
  {
    id: "power-was-lost",
    sentence: "A broker lost what it had not flushed to its disk.",
    evidence: "broker",
    isExpected: true,
    wasSeen: ({ cluster }) => cluster.downs.some(({ event }) => event.how === "power-lost"),
  },
  {
    id: "leader-lost-power",
    sentence: "A broker lost power while it led a partition of the workload.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      trial.cluster.downs.some(
        ({ at, event: { broker, how } }) =>
          how === "power-lost" && hasPartition(trial, at, (state) => state.leader === broker),
      ),
  },
  {
    id: "all-brokers-down",
    sentence: "All brokers were down at once.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) => {
      const outages = outagesOf(trial);
      const downAt = (place: number): number =>
        new Set(outages.filter(({ from, to }) => from <= place && place < to).map(({ broker }) => broker)).size;
      return outages.some(({ from }) => downAt(from) === trial.options.brokers);
    },
  },
  {
    id: "restarted-uncleanly-in-the-isr",
    sentence: "A broker that had been killed came back before it had been taken out of an ISR.",
    evidence: "broker",
    isExpected: true,
    wasSeen: (trial) =>
      outagesOf(trial).some(
        ({ broker, how, to }) => how !== "stopped" && hasPartition(trial, to, ({ isr }) => isr.includes(broker)),
      ),
  },
];

/** Was there a partition of the workload of which this was true at a place in the history? Never, where that is infinite. */
function hasPartition(trial: TrialFacts, place: number, isSo: (state: State) => boolean): boolean {
  if (place === Infinity) return false;
  return [...trial.cluster.changes.keys()].some((partition) => {
    const state = stateAt(trial, partition, place);
    return state !== undefined && trial.isOfWorkload(partition) && isSo(state);
  });
}

type State = NonNullable<ReturnType<typeof stateAt>>;
