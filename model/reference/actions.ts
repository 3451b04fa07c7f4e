/** Everything that can happen in the reference model, and what comes of it. */

import { appendSteps } from "./appending.ts";
import type { AppendAction } from "./appending.ts";
import { stepBroker } from "./brokers.ts";
import type { BrokerAction } from "./brokers.ts";
import { cleanSteps } from "./cleaning.ts";
import type { CleanAction } from "./cleaning.ts";
import { stepDecision } from "./decisions.ts";
import type { DecisionAction } from "./decisions.ts";
import { deleteSteps } from "./deleting.ts";
import type { DeleteAction } from "./deleting.ts";
import { fetchSteps } from "./fetching.ts";
import type { FetchAction } from "./fetching.ts";
import { followerReadSteps } from "./follower-reads.ts";
import type { FollowerReadAction } from "./follower-reads.ts";
import { stepGroup } from "./group.ts";
import type { GroupAction } from "./group.ts";
import { allGuards } from "./guards.ts";
import type { Guards } from "./guards.ts";
import { stepIsr } from "./isr.ts";
import type { IsrAction } from "./isr.ts";
import { stepPlacement } from "./placement.ts";
import type { PlacementAction } from "./placement.ts";
import { stepRole } from "./roles.ts";
import type { RoleAction } from "./roles.ts";
import type { ClusterState } from "./state.ts";
import type { Step, Steps, TakeStep } from "./step.ts";

export type Action =
  | BrokerAction
  | DecisionAction
  | IsrAction
  | PlacementAction
  | RoleAction
  | AppendAction
  | FetchAction
  | FollowerReadAction
  | DeleteAction
  | CleanAction
  | GroupAction;
export type ActionKind = Action["kind"];

/** Which function takes an action. What all actions of a subject begin with is in one function for all of them. */
const steps: Steps<Action> = {
  "elect-controller": stepBroker,
  "register-broker": stepBroker,
  "refuse-registration": stepBroker,
  "refuse-heartbeat": stepBroker,
  "fence-broker": stepBroker,
  "unfence-broker": stepBroker,
  "begin-controlled-shutdown": stepBroker,
  "take-down-broker": stepBroker,
  "fail-disk": stepBroker,
  "recover-replica": stepBroker,
  "create-partition": stepDecision,
  "elect-clean": stepDecision,
  "elect-from-elr": stepDecision,
  "elect-last-known-leader": stepDecision,
  "elect-unclean": stepDecision,
  "change-isr": stepDecision,
  "refuse-election": stepDecision,
  "propose-isr": stepIsr,
  "refuse-isr": stepIsr,
  "adopt-isr": stepIsr,
  "create-replica": stepPlacement,
  "delete-replica": stepPlacement,
  "refuse-reassignment": stepPlacement,
  "become-leader": stepRole,
  "become-follower": stepRole,
  ...appendSteps,
  ...fetchSteps,
  ...followerReadSteps,
  ...deleteSteps,
  ...cleanSteps,
  "join-group": stepGroup,
  "replace-member": stepGroup,
  "remove-member": stepGroup,
  "prepare-rebalance": stepGroup,
  "complete-rebalance": stepGroup,
  "store-group": stepGroup,
  "sync-group": stepGroup,
  "commit-offset": stepGroup,
  "reject-commit": stepGroup,
  "load-group": stepGroup,
  "unload-group": stepGroup,
};

export const actionKinds: readonly ActionKind[] = Object.keys(steps) as ActionKind[];

/** Takes one action: guards first, effects after. The state that is given stays as it was. */
export function step(state: ClusterState, action: Action, guards: Guards = allGuards): Step {
  const take = steps[action.kind] as TakeStep<Action>;
  return take(state, action, guards);
}
