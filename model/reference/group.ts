/**
 * Consumer groups at their coordinator: members, generations, assignments, committed offsets (classic protocol, KIP-54).
 *
 * Several brokers may take themselves for the coordinator of one group at a time. Only what is committed in the log of
 * `__consumer_offsets` outlives a coordinator, and the next one begins with exactly that.
 */

import type { ErrorName } from "../error-code.ts";
import type { BrokerId, Generation, GroupId, LeaderEpoch, MemberId, Offset, ProducerId, TopicPartition } from "../ids.ts";
import { entryAt } from "./log.ts";
import type { Log } from "./log.ts";
import { SmallMap } from "./small-map.ts";
import { put } from "./state.ts";
import type { ClusterState, CoordinatorView, GroupState, StoredCommit, StoredGroup } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

interface AtCoordinator {
  readonly broker: BrokerId;
  readonly group: GroupId;
}

interface Place {
  readonly partition: TopicPartition;
  readonly offset: Offset;
  readonly epoch: LeaderEpoch;
}

interface CommitRequest {
  readonly member: MemberId;
  readonly generation: Generation;
  readonly instance?: string;
}

/** Whose transaction a commit is part of (KIP-447); left out where it is part of none. */
interface InTransaction {
  readonly producerId?: ProducerId;
}

export type GroupAction =
  | ({ readonly kind: "join-group"; readonly member: MemberId; readonly instance: string | undefined } & AtCoordinator)
  | ({
      readonly kind: "replace-member";
      readonly former: MemberId;
      readonly member: MemberId;
      readonly instance: string;
    } & AtCoordinator)
  | ({ readonly kind: "remove-member"; readonly member: MemberId } & AtCoordinator)
  | ({ readonly kind: "prepare-rebalance" } & AtCoordinator)
  | ({
      readonly kind: "complete-rebalance";
      readonly generation: Generation;
      readonly leader: MemberId;
      readonly members: readonly MemberId[];
    } & AtCoordinator)
  | ({
      readonly kind: "store-group";
      readonly generation: Generation;
      readonly members: readonly MemberId[];
      readonly instances: StoredGroup["instances"];
      readonly at: Place;
    } & AtCoordinator)
  | ({
      readonly kind: "sync-group";
      readonly generation: Generation;
      readonly assignment: ReadonlyMap<MemberId, readonly TopicPartition[]>;
    } & AtCoordinator)
  | ({
      readonly kind: "commit-offset";
      readonly offsets: ReadonlyMap<TopicPartition, Offset>;
      readonly at: Place;
    } & CommitRequest &
      InTransaction &
      AtCoordinator)
  | ({ readonly kind: "reject-commit"; readonly error: ErrorName; readonly isTransactional?: true } & CommitRequest &
      AtCoordinator)
  | ({
      readonly kind: "load-group";
      readonly generation: Generation;
      readonly members: readonly MemberId[];
      readonly offsets: ReadonlyMap<TopicPartition, Offset>;
      /** Offsets in transactions of which the log does not say how they end. */
      readonly pending: readonly { readonly partition: TopicPartition; readonly offset: Offset }[];
      readonly log: TopicPartition;
    } & AtCoordinator)
  | ({ readonly kind: "unload-group" } & AtCoordinator);

type Of<Kind extends GroupAction["kind"]> = Extract<GroupAction, { readonly kind: Kind }>;

const emptyGroup: GroupState = { coordinators: new SmallMap(), stored: [], commits: [] };
const emptyView: CoordinatorView = { phase: "Empty", generation: 0 as Generation, members: new Set(), instances: new Map() };

export function stepGroup(state: ClusterState, action: GroupAction): Step {
  const group = state.groups.get(action.group) ?? emptyGroup;
  const view = group.coordinators.get(action.broker) ?? emptyView;
  switch (action.kind) {
    case "join-group":
      return joinGroup(state, view, action);
    case "replace-member":
      return replaceMember(state, view, action);
    case "remove-member":
      return removeMember(state, view, action);
    case "prepare-rebalance":
      return withView(state, action, { ...view, phase: "PreparingRebalance" });
    case "complete-rebalance":
      return completeRebalance(state, view, action);
    case "store-group":
      return storeGroup(state, group, view, action);
    case "sync-group":
      return syncGroup(state, view, action);
    case "commit-offset":
      return commitOffset(state, group, view, action);
    case "reject-commit":
      return rejectCommit(state, view, action);
    case "load-group":
      return loadGroup(state, group, action);
    case "unload-group":
      return unloadGroup(state, group, action);
  }
}

function joinGroup(state: ClusterState, view: CoordinatorView, { instance, member, ...at }: Of<"join-group">): Step {
  const members = new Set(view.members).add(member);
  if (instance === undefined) return withView(state, at, { ...view, members });
  const known = view.instances.get(instance);
  if (known !== undefined) return refused("FENCED_INSTANCE_ID", () => `${instance} is ${known} already`);
  return withView(state, at, { ...view, members, instances: new Map(view.instances).set(instance, member) });
}

/** A static member's new process has the place of the former one, and the group goes on. */
function replaceMember(state: ClusterState, view: CoordinatorView, action: Of<"replace-member">): Step {
  const { former, instance, member } = action;
  if (view.instances.get(instance) !== former) return refused("UNKNOWN_MEMBER_ID", () => `${instance} is not ${former}`);
  const members = new Set([...view.members].filter((one) => one !== former)).add(member);
  return withView(state, action, { ...view, members, instances: new Map(view.instances).set(instance, member) });
}

function removeMember(state: ClusterState, view: CoordinatorView, action: Of<"remove-member">): Step {
  if (!view.members.has(action.member)) return refused("UNKNOWN_MEMBER_ID", () => `${action.member} is not a member`);
  const members = new Set([...view.members].filter((one) => one !== action.member));
  const instances = new Map([...view.instances].filter(([, one]) => one !== action.member));
  return withView(state, action, { ...view, members, instances });
}

function completeRebalance(state: ClusterState, view: CoordinatorView, action: Of<"complete-rebalance">): Step {
  const { generation, leader, members } = action;
  if (view.phase !== "PreparingRebalance") return refused("REBALANCE_IN_PROGRESS", "no rebalance is being prepared");
  if (generation !== view.generation + 1) return refused("ILLEGAL_GENERATION", () => `the generation was ${view.generation}`);
  const isSame = members.length === view.members.size && members.every((member) => view.members.has(member));
  if (!isSame) return refused("UNKNOWN_MEMBER_ID", "a generation is made up of exactly those who have joined");
  if (members.length > 0 && !members.includes(leader)) return refused("UNKNOWN_MEMBER_ID", "the leader is a member");
  const phase = members.length === 0 ? "Empty" : "CompletingRebalance";
  return withView(state, action, { ...view, phase, generation });
}

function storeGroup(state: ClusterState, group: GroupState, view: CoordinatorView, action: Of<"store-group">): Step {
  const { at, generation, instances, members } = action;
  if (generation !== view.generation) return refused("ILLEGAL_GENERATION", () => `the generation is ${view.generation}`);
  const stored: StoredGroup = { ...at, generation, members, instances };
  return ok(withGroup(state, action.group, { ...group, stored: [...group.stored, stored] }));
}

/** The assignment of a generation: to members only, and each partition to one of them. */
function syncGroup(state: ClusterState, view: CoordinatorView, action: Of<"sync-group">): Step {
  const { assignment, generation } = action;
  if (view.phase !== "CompletingRebalance") return refused("REBALANCE_IN_PROGRESS", "no assignment is awaited");
  if (generation !== view.generation) return refused("ILLEGAL_GENERATION", () => `the generation is ${view.generation}`);
  const owners = new Map<TopicPartition, MemberId>();
  for (const [member, partitions] of assignment) {
    if (!view.members.has(member)) return refused("UNKNOWN_MEMBER_ID", () => `${member} is not a member`);
    for (const partition of partitions) {
      const owner = owners.get(partition);
      if (owner !== undefined)
        return refused("INCONSISTENT_GROUP_PROTOCOL", () => `${partition} goes to ${owner} and ${member}`);
      owners.set(partition, member);
    }
  }
  return withView(state, action, { ...view, phase: "Stable" });
}

/**
 * Why a coordinator turns a commit down; undefined where it does not. Ownership of the partitions is not looked at, nor in a
 * transaction whether an assignment is awaited.
 */
function commitError(
  view: CoordinatorView,
  { generation, instance, member }: CommitRequest,
  isTransactional: boolean,
): ErrorName | undefined {
  if (generation < 0 && view.phase === "Empty") return undefined;
  const known = instance === undefined ? undefined : view.instances.get(instance);
  if (known !== undefined && known !== member) return "FENCED_INSTANCE_ID";
  if (!view.members.has(member)) return "UNKNOWN_MEMBER_ID";
  if (generation !== view.generation) return "ILLEGAL_GENERATION";
  return view.phase === "CompletingRebalance" && !isTransactional ? "REBALANCE_IN_PROGRESS" : undefined;
}

function commitOffset(state: ClusterState, group: GroupState, view: CoordinatorView, action: Of<"commit-offset">): Step {
  const { producerId } = action;
  const error = commitError(view, action, producerId !== undefined);
  if (error !== undefined) return refused(error, () => `${action.member} commits in generation ${action.generation}`);
  const commit: StoredCommit = { ...action.at, offsets: action.offsets, producerId };
  return ok(withGroup(state, action.group, { ...group, commits: [...group.commits, commit] }));
}

function rejectCommit(state: ClusterState, view: CoordinatorView, action: Of<"reject-commit">): Step {
  const error = commitError(view, action, action.isTransactional === true);
  if (error === action.error) return ok(state);
  return refused(error ?? "NONE", () => `the coordinator said ${action.error}`);
}

/** A new coordinator knows of a group what its log says, no more and no less. */
function loadGroup(state: ClusterState, group: GroupState, action: Of<"load-group">): Step {
  const { broker, generation, log, members, offsets, pending } = action;
  const copy = state.partitions.get(log)?.copies[broker];
  if (copy?.role.kind !== "leader") return refused("NOT_COORDINATOR", () => `broker ${broker} does not lead ${log}`);
  const survives = ({ epoch, offset, partition }: Place): boolean =>
    partition === log && offset < copy.log.end && entryAt(copy.log, offset).epoch === epoch;
  const last = group.stored.findLast(survives);
  const expectedMembers = last?.members ?? [];
  const isSame = expectedMembers.length === members.length && expectedMembers.every((member) => members.includes(member));
  if (generation !== (last?.generation ?? 0) || !isSame) {
    return refused("ILLEGAL_GENERATION", () => `the log ends with generation ${last?.generation ?? 0}`);
  }
  const commits = group.commits.filter(survives);
  const fates = commits.map((commit) => (commit.producerId === undefined ? "commit" : fateIn(copy.log, commit)));
  const expected = new Map(commits.filter((_, at) => fates[at] === "commit").flatMap((commit) => [...commit.offsets]));
  const isEqual = expected.size === offsets.size && [...expected].every(([partition, at]) => offsets.get(partition) === at);
  if (!isEqual) return refused("UNKNOWN_SERVER_ERROR", "the committed offsets are not the last ones in the log");
  const open = commits.filter((_, at) => fates[at] === "open").flatMap((commit) => [...commit.offsets.keys()]);
  const isSameOpen = open.every((partition) => pending.some((one) => one.partition === partition));
  if (!isSameOpen || pending.some(({ partition }) => !open.includes(partition)))
    return refused("UNKNOWN_SERVER_ERROR", "the offsets in open transactions are not those of the log");
  const phase = members.length === 0 ? "Empty" : "Stable";
  const instances = new Map(Object.entries(last?.instances ?? {}));
  return withView(state, action, { phase, generation, members: new Set(members), instances });
}

/** How the transaction ends that a commit is part of, by the log that it is in. */
function fateIn(log: Log, { offset, producerId }: StoredCommit): "open" | "commit" | "abort" {
  let fate: "open" | "commit" | "abort" = "open";
  for (let at = log; at.end > offset + 1; at = at.before!) {
    const { opens } = at.last!;
    if (opens?.marker !== undefined && opens.producerId === producerId) fate = opens.marker.outcome;
  }
  return fate;
}

function unloadGroup(state: ClusterState, group: GroupState, action: Of<"unload-group">): Step {
  const coordinators = new SmallMap([...group.coordinators].filter(([broker]) => broker !== action.broker));
  return ok(withGroup(state, action.group, { ...group, coordinators }));
}

const withGroup = (state: ClusterState, id: GroupId, group: GroupState): ClusterState => ({
  ...state,
  groups: put(state.groups, id, group),
});

function withView(state: ClusterState, { broker, group: id }: AtCoordinator, view: CoordinatorView): Step {
  const group = state.groups.get(id) ?? emptyGroup;
  return ok(withGroup(state, id, { ...group, coordinators: put(group.coordinators, broker, view) }));
}
