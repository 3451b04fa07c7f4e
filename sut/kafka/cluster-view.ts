/** What the brokers say of the cluster, asked right before a fault is played and only as far as its target needs it. */

import type { ClusterView, ProcessState } from "../../fault-injection/cluster-view.ts";
import type { BrokerId, ClientId, GroupId, TopicPartition } from "../../model/ids.ts";
import type { Operation, TrialOptions } from "../../model/schedule.ts";
import { isFault } from "../../model/schedule.ts";
import { parseEndpoint } from "../../model/target.ts";
import type { EndpointTarget } from "../../model/target.ts";
import type { BrokerProcess } from "./cluster/broker-process.ts";
import type { Observer } from "./cluster/observer.ts";
import type { TrialNames } from "./trial/trial-names.ts";
import type { PartitionMetadata } from "./wire/metadata.ts";

export interface ViewSources {
  readonly observer: Observer;
  readonly brokers: ReadonlyMap<BrokerId, Pick<BrokerProcess, "state">>;
  readonly names: TrialNames;
  readonly options: TrialOptions;
}

/** Looks at the cluster with an operation in mind that is to be played next. */
export async function lookAtCluster(
  { brokers, names, observer, options }: ViewSources,
  clients: ReadonlyMap<ClientId, ProcessState>,
  next: Operation,
): Promise<ClusterView> {
  const wanted = whatIsNeeded(next);
  const topics = options.topics.map(({ name }) => names.topic(name));
  const [partitions, controller, coordinators] = await Promise.all([
    wanted.has("partitions") ? observer.partitions(topics) : new Map<TopicPartition, PartitionMetadata>(),
    wanted.has("controller") ? observer.controller() : undefined,
    wanted.has("coordinators")
      ? Promise.all(options.groups.map(async ({ id }) => [id, await observer.coordinator(names.group(id))] as const))
      : [],
  ]);
  const coordinatorOf = new Map<GroupId, BrokerId | undefined>(coordinators);
  return {
    brokers: new Map([...brokers].map(([id, { state }]) => [id, state])),
    clients,
    producers: new Set(options.producers.map(({ id }) => id)),
    controller,
    leaderOf: (partition) => {
      const leader = partitions.get(names.partition(partition))?.leader;
      return leader === undefined || leader < 0 ? undefined : leader;
    },
    replicasOf: (partition) => partitions.get(names.partition(partition))?.replicas ?? [],
    coordinatorOf: (group) => coordinatorOf.get(group),
  };
}

type Question = "partitions" | "controller" | "coordinators";

const questionOf: { readonly [Kind in EndpointTarget["kind"]]: Question | undefined } = {
  broker: undefined,
  client: undefined,
  controller: "controller",
  "leader-of": "partitions",
  "follower-of": "partitions",
  "coordinator-of": "coordinators",
};

/** Questions cost time, above all while a controller is being elected: an operation has only those asked that it needs. */
function whatIsNeeded(operation: Operation): ReadonlySet<Question> {
  if (!isFault(operation)) return new Set();
  // What a user's own fault looks at is not known.
  if (operation.kind === "own-fault") return new Set(["partitions", "controller", "coordinators"]);
  if (operation.kind === "elect-leader" || operation.kind === "reassign-partition" || operation.kind === "delete-records")
    return new Set(["partitions"]);
  const targets = [
    ...("target" in operation ? [operation.target] : []),
    ...("from" in operation ? [operation.from] : []),
    ...("to" in operation ? [operation.to] : []),
  ];
  const kinds = targets.map((target) => parseEndpoint(target)?.kind).filter((kind) => kind !== undefined);
  return new Set(kinds.map((kind) => questionOf[kind]).filter((question) => question !== undefined));
}
