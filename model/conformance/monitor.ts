/**
 * Holds the reference model against what brokers say they did: every event must be an action that is enabled in the state
 * that the events before it have led to, and no invariant may break.
 */

import type { EventOf, History } from "../history.ts";
import type { BrokerId, TopicPartition } from "../ids.ts";
import { step } from "../reference/actions.ts";
import type { Action, ActionKind } from "../reference/actions.ts";
import { exerciseOf } from "../reference/exercises.ts";
import { firstBroken } from "../reference/invariants.ts";
import { emptyCluster } from "../reference/state.ts";
import type { ClusterState } from "../reference/state.ts";
import { refused } from "../reference/step.ts";
import type { Step } from "../reference/step.ts";
import type { TopicSettings } from "../settings.ts";
import { actionOf } from "./action-of.ts";

/** What came of comparing a history with the model. */
export type Conformance =
  /** How often each action was taken, and each answer given: see `exerciseOf`. */
  | { readonly kind: "conforms"; readonly exercised: ReadonlyMap<string, number>; readonly state: ClusterState }
  /** The model would not have done what a broker did. */
  | {
      readonly kind: "diverges";
      readonly at: number;
      readonly action: Action;
      readonly error: string;
      readonly because: string;
    }
  /** The model did it as well, and then something was wrong that must never be. */
  | {
      readonly kind: "breaks";
      readonly at: number;
      readonly invariant: string;
      readonly sentence: string;
      readonly because: string;
    };

/** Actions after which logs, watermarks and the ISR may stand to one another as they did not before. */
const worthChecking: ReadonlySet<ActionKind> = new Set<ActionKind>([
  "create-partition",
  "elect-from-elr",
  "elect-last-known-leader",
  "advance-log-start",
  "restart-log",
  "elect-clean",
  "elect-unclean",
  "change-isr",
  "become-leader",
  "become-follower",
  "truncate-to-divergence",
  "recover-replica",
  "advance-high-watermark",
]);

/** What a history does not tell, and the model has to know. */
export interface ClusterSettings {
  readonly settingsOf: (partition: TopicPartition) => TopicSettings;
  /** Whether eligible leader replicas are kept (`eligible.leader.replicas.version`). */
  readonly hasElr: boolean;
}

/** Compares all of a history's broker events with the model. Stops at the first one that does not fit. */
export function conformanceOf(history: History, { hasElr, settingsOf }: ClusterSettings): Conformance {
  const exercised = new Map<string, Count>();
  const withoutPower = new Set<BrokerId>();
  const hasLostPower = (broker: BrokerId): boolean => withoutPower.has(broker);
  let state = emptyCluster;
  for (let at = 0; at < history.length; at++) {
    const event = history[at]!;
    const action = actionOf(event, { state, settingsOf, hasElr, hasLostPower });
    if (action === undefined) continue;
    const { kind } = action;
    if (kind === "take-down-broker") notePower(withoutPower, event as EventOf<"broker-down">);
    countOne(exercised, exerciseOf(action));
    const next = taken(state, action);
    if (next.kind === "refused") return { kind: "diverges", at, action, error: next.error, because: next.because() };
    ({ state } = next);
    const broken = worthChecking.has(kind) ? firstBroken(state, touchedBy(action)) : undefined;
    if (broken === undefined) continue;
    const { because, invariant, partition } = broken;
    return { kind: "breaks", at, invariant: invariant.id, sentence: invariant.sentence, because: `${partition}: ${because}` };
  }
  return { kind: "conforms", exercised: new Map([...exercised].map(([what, { times }]) => [what, times])), state };
}

interface Count {
  times: number;
}

function countOne(counts: Map<string, Count>, what: string): void {
  const known = counts.get(what);
  if (known === undefined) counts.set(what, { times: 1 });
  else known.times++;
}

/** A history may hold anything. What the model cannot even put down, it refuses. */
function taken(state: ClusterState, action: Action): Step {
  try {
    return step(state, action);
  } catch (error) {
    return refused("INVALID_REQUEST", error instanceof Error ? error.message : String(error));
  }
}

function notePower(withoutPower: Set<BrokerId>, { broker, how }: EventOf<"broker-down">): void {
  if (how === "power-lost") withoutPower.add(broker);
  else withoutPower.delete(broker);
}

const touchedBy = (action: Action): TopicPartition | undefined => ("partition" in action ? action.partition : undefined);
