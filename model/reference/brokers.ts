/**
 * Brokers come and go: registration and fencing by the controllers, what a stop, a crash, a power loss and a failed disk leave
 * behind, and which controller is in office.
 *
 * Sources: KIP-631 (registration, broker epochs, sessions), KIP-841 (controlled shutdown), KIP-966 (unclean restarts).
 */

import type { ErrorName } from "../error-code.ts";
import type { BrokerId, Offset, TopicPartition } from "../ids.ts";
import { has } from "./broker-set.ts";
import { cleanedBefore } from "./cleaning.ts";
import { isSameStarts, startsFrom, startsOf } from "./epoch-starts.ts";
import type { EpochStarts } from "./epoch-starts.ts";
import type { Guards } from "./guards.ts";
import { entriesOf, producersSince, upTo } from "./log.ts";
import { SmallMap } from "./small-map.ts";
import { isActive, putAt, withCopy, withPartition } from "./state.ts";
import type { BrokerState, ClusterState, Copy } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

/** Under which controller's term something was decided. */
export interface Decided {
  readonly controllerEpoch: number;
}

export type BrokerAction =
  /** Another controller takes office. When brokers were last heard of it does not know. */
  | { readonly kind: "elect-controller"; readonly epoch: number }
  | ({
      readonly kind: "register-broker";
      readonly broker: BrokerId;
      readonly brokerEpoch: number;
      readonly isFenced: boolean;
      readonly isUnclean: boolean;
    } & Decided)
  /** A process that is thought to live already registers, or one that has been replaced sends a heartbeat. */
  | ({ readonly kind: "refuse-registration"; readonly broker: BrokerId; readonly error: ErrorName } & Decided)
  | ({
      readonly kind: "refuse-heartbeat";
      readonly broker: BrokerId;
      readonly brokerEpoch: number;
      readonly error: ErrorName;
    } & Decided)
  | ({ readonly kind: "fence-broker" | "unfence-broker" | "begin-controlled-shutdown"; readonly broker: BrokerId } & Decided)
  /** The process is gone. What it kept in memory is lost: roles, sessions, proposals. */
  | { readonly kind: "take-down-broker"; readonly broker: BrokerId }
  /** An append failed: nothing more is appended by this process. */
  | { readonly kind: "fail-disk"; readonly broker: BrokerId }
  | {
      readonly kind: "recover-replica";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly logStart: Offset;
      readonly endOffset: Offset;
      readonly highWatermark: Offset;
      /** What was read from its file, or worked out anew from the records; undefined where it is taken to be right. */
      readonly epochs: EpochStarts | undefined;
      /** Whether the machine lost power: only then may records be missing. */
      readonly hasLostPower: boolean;
    };

type Of<Kind extends BrokerAction["kind"]> = Extract<BrokerAction, { readonly kind: Kind }>;

export function stepBroker(state: ClusterState, action: BrokerAction, guards: Guards): Step {
  switch (action.kind) {
    case "elect-controller":
      return electController(state, action);
    case "register-broker":
      return refusedController(state, action, guards) ?? register(state, action);
    case "refuse-registration":
      return refuseRegistration(state, action);
    case "refuse-heartbeat":
      return refuseHeartbeat(state, action);
    case "fence-broker":
    case "unfence-broker":
    case "begin-controlled-shutdown":
      return refusedController(state, action, guards) ?? changeStanding(state, action, guards);
    case "take-down-broker":
      return takeDown(state, action);
    case "fail-disk":
      return failDisk(state, action);
    case "recover-replica":
      return recover(state, action);
  }
}

/** Only the controller of the latest term decides. */
export function refusedController(state: ClusterState, { controllerEpoch }: Decided, guards: Guards): Step | undefined {
  if (controllerEpoch >= state.controllerEpoch || !guards["controller-epoch"]) return undefined;
  return refused(
    "NOT_CONTROLLER",
    () => `controller epoch ${controllerEpoch} is over since ${state.controllerEpoch} has begun`,
  );
}

function electController(state: ClusterState, { epoch }: Of<"elect-controller">): Step {
  const { controllerEpoch: before, termEnds } = state;
  if (epoch <= before) return refused("NOT_CONTROLLER", () => `epoch ${before} has begun already`);
  return ok({ ...state, controllerEpoch: epoch, termEnds: before < 0 ? termEnds : putAt(termEnds, before, state) });
}

/**
 * A controller turns something down by what it knows. That is all that has been decided, or, where another one has taken office
 * and it has not heard of that, all that had been decided until then: what it decides itself it answers only when a majority has it.
 */
export function answered(state: ClusterState, { controllerEpoch }: Decided, check: (known: ClusterState) => Step): Step {
  const known = controllerEpoch === state.controllerEpoch ? state : state.termEnds[controllerEpoch];
  return known === undefined
    ? refused("NOT_CONTROLLER", () => `nobody was in office in epoch ${controllerEpoch}`)
    : check(known);
}

function register(state: ClusterState, { broker, brokerEpoch, isFenced, isUnclean }: Of<"register-broker">): Step {
  const before = state.brokers[broker];
  if (before !== undefined && brokerEpoch <= before.brokerEpoch) {
    return refused("STALE_BROKER_EPOCH", () => `it was registered with broker epoch ${before.brokerEpoch} before`);
  }
  const standing: BrokerState = { brokerEpoch, isFenced, isShuttingDown: false, isUnclean, isDiskFailed: false };
  return ok({ ...restartedIn(state, broker), brokers: putAt(state.brokers, broker, standing) });
}

/** A process acts on metadata only from its own registration on: what it was in its former life is over by then. */
function restartedIn(state: ClusterState, broker: BrokerId): ClusterState {
  let after = state;
  for (const [name, partition] of state.partitions) {
    const copy = partition.copies[broker];
    if (copy?.role.kind !== "idle") continue;
    const told: Copy = { ...copy, role: { kind: "idle", from: partition.leaderEpoch, isRegistered: true } };
    after = withPartition(after, name, withCopy(partition, broker, told));
  }
  return after;
}

function refuseRegistration(state: ClusterState, action: Of<"refuse-registration">): Step {
  const { broker, error } = action;
  return answered(state, action, (known) => {
    const expected: ErrorName = isActive(known, broker) ? "DUPLICATE_BROKER_REGISTRATION" : "NONE";
    return error === expected ? ok(state) : refused(expected, () => `the controller said ${error}`);
  });
}

function refuseHeartbeat(state: ClusterState, action: Of<"refuse-heartbeat">): Step {
  const { broker, brokerEpoch, error } = action;
  return answered(state, action, (known) => {
    const expected = senderError(known, broker, brokerEpoch) ?? "NONE";
    return error === expected ? ok(state) : refused(expected, () => `the controller said ${error}`);
  });
}

/** Why a controller does not listen to a broker at all: it is not the process that has registered last (KIP-631). */
export function senderError({ brokers }: ClusterState, broker: BrokerId, brokerEpoch: number): ErrorName | undefined {
  const known = brokers[broker];
  if (known === undefined) return "BROKER_ID_NOT_REGISTERED";
  return known.brokerEpoch === brokerEpoch ? undefined : "STALE_BROKER_EPOCH";
}

function changeStanding(
  state: ClusterState,
  { broker, kind }: Of<"fence-broker" | "unfence-broker" | "begin-controlled-shutdown">,
  guards: Guards,
): Step {
  const known = state.brokers[broker];
  if (known === undefined) return refused("BROKER_ID_NOT_REGISTERED", () => `broker ${broker} has not registered`);
  if (kind === "begin-controlled-shutdown") return ok(withStanding(state, broker, { ...known, isShuttingDown: true }));
  if (kind === "unfence-broker" && known.isUnclean && guards["unclean-restart"]) {
    for (const [name, { elr, hasElr, isr }] of state.partitions) {
      if (!hasElr || (!has(isr, broker) && !has(elr, broker))) continue;
      return refused("INELIGIBLE_REPLICA", () => `it came back uncleanly, and is still taken for in sync in ${name}`);
    }
  }
  const isFenced = kind === "fence-broker";
  return ok(withStanding(state, broker, { ...known, isFenced, isUnclean: known.isUnclean && isFenced }));
}

function takeDown(state: ClusterState, { broker }: Of<"take-down-broker">): Step {
  let after = state;
  for (const [name, partition] of state.partitions) {
    const copy = partition.copies[broker];
    if (copy === undefined) continue;
    after = withPartition(after, name, withCopy(partition, broker, { ...copy, role: { kind: "down" } }));
  }
  if (state.groups.size === 0) return ok(after);
  const groups = [...state.groups].map(([group, known]) => {
    const coordinators = new SmallMap([...known.coordinators].filter(([id]) => id !== broker));
    return [group, { ...known, coordinators }] as const;
  });
  return ok({ ...after, groups: new SmallMap(groups) });
}

function failDisk(state: ClusterState, { broker }: Of<"fail-disk">): Step {
  const known = state.brokers[broker];
  if (known === undefined) return refused("BROKER_ID_NOT_REGISTERED", () => `broker ${broker} has not registered`);
  return ok(withStanding(state, broker, { ...known, isDiskFailed: true }));
}

function recover(state: ClusterState, action: Of<"recover-replica">): Step {
  const { broker, endOffset, epochs, hasLostPower, highWatermark, logStart, partition: name } = action;
  const partition = state.partitions.get(name);
  const copy = partition?.copies[broker];
  if (partition === undefined || copy === undefined)
    return refused("UNKNOWN_TOPIC_OR_PARTITION", () => `no replica of ${name}`);
  if (copy.role.kind !== "down") return refused("DUPLICATE_BROKER_REGISTRATION", "the broker is up already");
  if (endOffset > copy.log.end) return refused("OFFSET_OUT_OF_RANGE", "a crash adds no records");
  if (!hasLostPower && !endsInHole(copy, endOffset)) {
    return refused("OFFSET_OUT_OF_RANGE", () => `the page cache had ${copy.log.end} records, and power was not lost`);
  }
  if (highWatermark > copy.highWatermark || highWatermark > endOffset) {
    return refused(
      "OFFSET_OUT_OF_RANGE",
      () => `the watermark was ${copy.highWatermark} and cannot grow while the broker is down`,
    );
  }
  if (logStart > copy.logStart || logStart > endOffset) {
    return refused("OFFSET_OUT_OF_RANGE", () => `the log began at ${copy.logStart}, and no records were deleted since`);
  }
  const log = upTo(copy.log, endOffset);
  const ownLog = upTo(copy.ownLog, endOffset);
  const known = copy.epochs.filter(({ startOffset }) => startOffset < endOffset);
  // Where the first record of an epoch has been cleaned away, only the log itself knows where it heard of that epoch.
  if (epochs !== undefined && copy.cleaned.gone.length === 0 && !areEpochsRight(epochs, ownLog, logStart)) {
    return refused("UNKNOWN_LEADER_EPOCH", "the epochs that it knows of are not those of its records");
  }
  const isCut = log !== copy.log;
  const hasNothing = logStart === log.end;
  const producersFrom = hasNothing ? logStart : (Math.min(copy.producersFrom, log.end) as Offset);
  const recovered: Copy = {
    ...copy,
    log,
    ownLog,
    logStart,
    highWatermark,
    epochs: epochs ?? known,
    producers: producersSince(ownLog, producersFrom),
    producersFrom,
    cleaned: isCut ? cleanedBefore(copy.cleaned, endOffset) : copy.cleaned,
    role: { kind: "idle", from: partition.leaderEpoch, isRegistered: false },
    isDamaged: copy.isDamaged || isCut,
  };
  return ok(withPartition(state, name, withCopy(partition, broker, recovered)));
}

/**
 * Whether a log has no records from `end` on. One that was cut behind what a cleaner had removed remembers where it was cut only as
 * long as its process lives: on the disk it ends with its last batch.
 */
function endsInHole({ cleaned: { gone }, log }: Copy, end: number): boolean {
  for (let at = end; at < log.end; at++) if (!gone.includes(at as Offset)) return false;
  return true;
}

/** Every epoch that the log has records of begins where the first of them is; a later one may have been noted without any. */
function areEpochsRight(epochs: EpochStarts, log: Copy["log"], logStart: Offset): boolean {
  const ofRecords = startsOf(entriesOf(log), logStart);
  const withRecords = epochs.filter(({ startOffset }) => startOffset < log.end);
  return isSameStarts(startsFrom(withRecords, logStart), ofRecords);
}

const withStanding = (state: ClusterState, broker: BrokerId, standing: BrokerState): ClusterState => ({
  ...state,
  brokers: putAt(state.brokers, broker, standing),
});
