/** Everything that can happen in the reference model, and what comes of it. */

import { stepBroker } from "./brokers.ts";
import type { BrokerAction } from "./brokers.ts";
import { stepElection } from "./election.ts";
import type { ElectionAction } from "./election.ts";
import { stepGroup } from "./group.ts";
import type { GroupAction } from "./group.ts";
import { stepReplication } from "./replication.ts";
import type { ReplicationAction } from "./replication.ts";
import type { ClusterState } from "./state.ts";
import type { Step } from "./step.ts";

export type Action = BrokerAction | ElectionAction | ReplicationAction | GroupAction;
export type ActionKind = Action["kind"];

/** Takes one action: guards first, effects after. The state that is given stays as it was. */
export function step(state: ClusterState, action: Action): Step {
  switch (action.kind) {
    case "register-broker":
    case "fence-broker":
    case "unfence-broker":
    case "begin-controlled-shutdown":
    case "take-down-broker":
    case "recover-replica":
      return stepBroker(state, action);
    case "create-partition":
    case "elect-clean":
    case "elect-unclean":
    case "change-isr":
    case "become-leader":
    case "become-follower":
    case "propose-isr":
    case "adopt-isr":
      return stepElection(state, action);
    case "leader-append":
    case "recognise-duplicate":
    case "refuse-append":
    case "follower-append":
    case "truncate-to-divergence":
    case "accept-fetch":
    case "advance-high-watermark":
    case "follow-high-watermark":
      return stepReplication(state, action);
    case "join-group":
    case "remove-member":
    case "prepare-rebalance":
    case "complete-rebalance":
    case "store-group":
    case "sync-group":
    case "commit-offset":
    case "reject-commit":
    case "load-group":
    case "unload-group":
      return stepGroup(state, action);
  }
}
