/** What campaigns look out for, from the cluster to the clients. */

import { brokerSightings } from "./brokers.ts";
import { electionSightings } from "./elections.ts";
import { groupSightings } from "./groups.ts";
import { logSightings } from "./logs.ts";
import { processingSightings } from "./processing.ts";
import { producerSightings } from "./producers.ts";
import { raceSightings } from "./races.ts";
import { refusalSightings } from "./refusals.ts";
import { replicaSightings } from "./replicas.ts";
import type { Sighting } from "./sighting.ts";

export const sightings: readonly Sighting[] = [
  ...electionSightings,
  ...replicaSightings,
  ...raceSightings,
  ...refusalSightings,
  ...logSightings,
  ...brokerSightings,
  ...producerSightings,
  ...groupSightings,
  ...processingSightings,
];
