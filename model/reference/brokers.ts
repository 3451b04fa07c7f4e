/** Brokers come and go: registration and fencing by the controllers, and what a stop, a crash and a power loss leave behind. */

import type { BrokerId, Offset, TopicPartition } from "../ids.ts";
import { sessionsOf } from "./producer-session.ts";
import { withCopy } from "./replication.ts";
import { SmallMap } from "./small-map.ts";
import { put } from "./state.ts";
import type { ClusterState, Copy } from "./state.ts";
import { ok, refused } from "./step.ts";
import type { Step } from "./step.ts";

export type BrokerAction =
  | { readonly kind: "register-broker"; readonly broker: BrokerId; readonly isFenced: boolean }
  | { readonly kind: "fence-broker" | "unfence-broker" | "begin-controlled-shutdown"; readonly broker: BrokerId }
  /** The process is gone. What it kept in memory is lost: roles, sessions, proposals. */
  | { readonly kind: "take-down-broker"; readonly broker: BrokerId }
  | {
      readonly kind: "recover-replica";
      readonly broker: BrokerId;
      readonly partition: TopicPartition;
      readonly endOffset: Offset;
      readonly highWatermark: Offset;
      /** Whether the machine lost power: only then may records be missing. */
      readonly hasLostPower: boolean;
    };

type Of<Kind extends BrokerAction["kind"]> = BrokerAction & { readonly kind: Kind };

export function stepBroker(state: ClusterState, action: BrokerAction): Step {
  switch (action.kind) {
    case "register-broker":
      return ok(withBroker(state, action.broker, { isFenced: action.isFenced, isShuttingDown: false }));
    case "fence-broker":
    case "unfence-broker":
    case "begin-controlled-shutdown":
      return changeStanding(state, action);
    case "take-down-broker":
      return takeDown(state, action);
    case "recover-replica":
      return recover(state, action);
  }
}

function changeStanding(
  state: ClusterState,
  { broker, kind }: Of<"fence-broker" | "unfence-broker" | "begin-controlled-shutdown">,
): Step {
  const known = state.brokers.get(broker);
  if (known === undefined) return refused("BROKER_ID_NOT_REGISTERED", `broker ${broker} has not registered`);
  if (kind === "begin-controlled-shutdown") return ok(withBroker(state, broker, { ...known, isShuttingDown: true }));
  return ok(withBroker(state, broker, { ...known, isFenced: kind === "fence-broker" }));
}

function takeDown(state: ClusterState, { broker }: Of<"take-down-broker">): Step {
  const partitions = [...state.partitions].map(([name, partition]) => {
    const copy = partition.copies.get(broker);
    return [name, copy === undefined ? partition : withCopy(partition, broker, { ...copy, role: { kind: "down" } })] as const;
  });
  const groups = [...state.groups].map(([group, known]) => {
    const coordinators = new SmallMap([...known.coordinators].filter(([id]) => id !== broker));
    return [group, { ...known, coordinators }] as const;
  });
  return ok({ ...state, partitions: new SmallMap(partitions), groups: new SmallMap(groups) });
}

function recover(state: ClusterState, action: Of<"recover-replica">): Step {
  const { broker, endOffset, hasLostPower, highWatermark, partition: name } = action;
  const partition = state.partitions.get(name);
  const copy = partition?.copies.get(broker);
  if (partition === undefined || copy === undefined) return refused("UNKNOWN_TOPIC_OR_PARTITION", `no replica of ${name}`);
  if (copy.role.kind !== "down") return refused("DUPLICATE_BROKER_REGISTRATION", "the broker is up already");
  if (endOffset > copy.log.length) return refused("OFFSET_OUT_OF_RANGE", "a crash adds no records");
  if (endOffset < copy.log.length && !hasLostPower) {
    return refused("OFFSET_OUT_OF_RANGE", `the page cache had ${copy.log.length} records, and power was not lost`);
  }
  if (highWatermark > copy.highWatermark || highWatermark > endOffset) {
    return refused("OFFSET_OUT_OF_RANGE", `the watermark was ${copy.highWatermark} and cannot grow while the broker is down`);
  }
  const log = copy.log.slice(0, endOffset);
  const isCut = log.length < copy.log.length;
  const recovered: Copy = {
    log,
    highWatermark,
    role: { kind: "idle" },
    producers: isCut ? sessionsOf(log) : copy.producers,
    isDamaged: copy.isDamaged || isCut,
  };
  return ok({ ...state, partitions: put(state.partitions, name, withCopy(partition, broker, recovered)) });
}

const withBroker = (
  state: ClusterState,
  broker: BrokerId,
  standing: { readonly isFenced: boolean; readonly isShuttingDown: boolean },
): ClusterState => ({ ...state, brokers: put(state.brokers, broker, standing) });
