import type { PlantedBug } from "./planted-bug.ts";

/** Another member may have had the partition meanwhile, and have come further. */
export const commitWhatCameBack: PlantedBug = {
  id: "C02",
  ticket: "librdkafka 2782, 3710 and 3745",
  sentence:
    "A consumer keeps what it had processed of a partition that it gave up, and commits it when the partition comes back.",
  claims: ["commits-go-forward", "committed-offset-is-accepted-commit"],
  isVisibleToClients: true,
  rules: {
    offsetsCarriedOver: ({ assigned, uncommitted }) =>
      new Map([...uncommitted].filter(([partition]) => assigned.includes(partition))),
  },
};
