/** Everything that can happen in the reference model, and what comes of it. */

import { stepAppend } from "./appending.ts";
import type { AppendAction } from "./appending.ts";
import { stepBroker } from "./brokers.ts";
import type { BrokerAction } from "./brokers.ts";
import { stepClean } from "./cleaning.ts";
import type { CleanAction } from "./cleaning.ts";
import { stepDecision } from "./decisions.ts";
import type { DecisionAction } from "./decisions.ts";
import { stepDelete } from "./deleting.ts";
import type { DeleteAction } from "./deleting.ts";
import { stepFetch } from "./fetching.ts";
import type { FetchAction } from "./fetching.ts";
import { stepFollowerRead } from "./follower-reads.ts";
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
import type { Step } from "./step.ts";

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

/** Which file has what to say of an action. */
const subjects = {
  "elect-controller": "broker",
  "register-broker": "broker",
  "refuse-registration": "broker",
  "refuse-heartbeat": "broker",
  "fence-broker": "broker",
  "unfence-broker": "broker",
  "begin-controlled-shutdown": "broker",
  "take-down-broker": "broker",
  "fail-disk": "broker",
  "recover-replica": "broker",
  "create-partition": "decision",
  "elect-clean": "decision",
  "elect-from-elr": "decision",
  "elect-last-known-leader": "decision",
  "elect-unclean": "decision",
  "change-isr": "decision",
  "refuse-election": "decision",
  "propose-isr": "isr",
  "refuse-isr": "isr",
  "adopt-isr": "isr",
  "create-replica": "placement",
  "delete-replica": "placement",
  "refuse-reassignment": "placement",
  "become-leader": "role",
  "become-follower": "role",
  "leader-append": "append",
  "recognise-duplicate": "append",
  "refuse-append": "append",
  "settle-append": "append",
  "accept-fetch": "fetch",
  "refuse-fetch": "fetch",
  "follower-append": "fetch",
  "truncate-to-divergence": "fetch",
  "advance-high-watermark": "fetch",
  "follow-high-watermark": "fetch",
  "redirect-consumer": "follower-read",
  "serve-consumer": "follower-read",
  "advance-log-start": "delete",
  "follow-log-start": "delete",
  "restart-log": "delete",
  "clean-log": "clean",
  "set-delete-horizon": "clean",
  "remove-tombstones": "clean",
  "remove-markers": "clean",
  "join-group": "group",
  "replace-member": "group",
  "remove-member": "group",
  "prepare-rebalance": "group",
  "complete-rebalance": "group",
  "store-group": "group",
  "sync-group": "group",
  "commit-offset": "group",
  "reject-commit": "group",
  "load-group": "group",
  "unload-group": "group",
} as const satisfies { readonly [Kind in ActionKind]: string };

export const actionKinds: readonly ActionKind[] = Object.keys(subjects) as ActionKind[];

/** Takes one action: guards first, effects after. The state that is given stays as it was. */
export function step(state: ClusterState, action: Action, guards: Guards = allGuards): Step {
  switch (subjects[action.kind]) {
    case "broker":
      return stepBroker(state, action as BrokerAction, guards);
    case "decision":
      return stepDecision(state, action as DecisionAction, guards);
    case "isr":
      return stepIsr(state, action as IsrAction, guards);
    case "placement":
      return stepPlacement(state, action as PlacementAction);
    case "role":
      return stepRole(state, action as RoleAction, guards);
    case "append":
      return stepAppend(state, action as AppendAction);
    case "fetch":
      return stepFetch(state, action as FetchAction, guards);
    case "follower-read":
      return stepFollowerRead(state, action as FollowerReadAction, guards);
    case "delete":
      return stepDelete(state, action as DeleteAction, guards);
    case "clean":
      return stepClean(state, action as CleanAction);
    case "group":
      return stepGroup(state, action as GroupAction);
  }
}
