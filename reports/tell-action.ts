/** Actions of the reference model in words: how one gets to a state in which an invariant is broken. */

import type { Action } from "../model/reference/actions.ts";
import { tellSet } from "../model/reference/broker-set.ts";

/** One line, without a full stop. */
export function tellAction(action: Action): string {
  switch (action.kind) {
    case "elect-controller":
      return `controller epoch ${action.epoch} begins`;
    case "register-broker":
      return `broker ${action.broker} registers${action.isUnclean ? ", uncleanly" : ""}`;
    case "fence-broker":
      return `broker ${action.broker} is fenced`;
    case "unfence-broker":
      return `broker ${action.broker} is in service again`;
    case "begin-controlled-shutdown":
      return `broker ${action.broker} shuts down in good order`;
    case "take-down-broker":
      return `broker ${action.broker} is killed`;
    case "recover-replica":
      return `broker ${action.broker} comes back with ${action.endOffset} records${action.hasLostPower ? ", having lost power" : ""}, high watermark ${action.highWatermark}`;
    case "elect-clean":
      return action.leader < 0
        ? `nobody leads, ISR ${tellSet(action.isr)}, leader epoch ${action.leaderEpoch}`
        : `broker ${action.leader} is elected from the ISR, ISR ${tellSet(action.isr)}, leader epoch ${action.leaderEpoch}`;
    case "elect-from-elr":
      return `broker ${action.leader} is elected from the eligible leader replicas, leader epoch ${action.leaderEpoch}`;
    case "elect-last-known-leader":
      return `broker ${action.leader}, the last known leader, is elected, leader epoch ${action.leaderEpoch}`;
    case "elect-unclean":
      return `broker ${action.leader} is elected uncleanly, leader epoch ${action.leaderEpoch}`;
    case "change-isr":
      return `the ISR is ${tellSet(action.isr)} now`;
    case "propose-isr":
      return `leader ${action.broker} asks for ISR ${tellSet(action.isr)}`;
    case "refuse-isr":
      return `the controller refuses ISR ${tellSet(action.proposal.isr)}: ${action.error}`;
    case "adopt-isr":
      return `leader ${action.broker} learns of ISR ${tellSet(action.isr)}`;
    case "become-leader":
      return `broker ${action.broker} takes office as leader of epoch ${action.epoch}`;
    case "become-follower":
      return `broker ${action.broker} follows ${action.leader < 0 ? "nobody" : `broker ${action.leader}`} in epoch ${action.epoch}`;
    case "leader-append":
      return `leader ${action.broker} appends a record at offset ${action.batch.baseOffset}, epoch ${action.batch.epoch}`;
    case "follower-append":
      return `broker ${action.broker} replicates the record at offset ${action.batch.baseOffset}, epoch ${action.batch.epoch}`;
    case "accept-fetch":
      return `leader ${action.broker} notes that broker ${action.follower} has fetched up to offset ${action.fetchOffset}`;
    case "truncate-to-divergence":
      return `broker ${action.broker} cuts its log to offset ${action.toOffset}`;
    case "advance-high-watermark":
      return `leader ${action.broker} moves the high watermark to ${action.highWatermark}`;
    case "follow-high-watermark":
      return `broker ${action.broker} learns of high watermark ${action.highWatermark}`;
    case "advance-log-start":
      return `broker ${action.broker} deletes what is before offset ${action.logStart}`;
    case "follow-log-start":
      return `broker ${action.broker} learns that the log begins at ${action.logStart}`;
    case "restart-log":
      return `broker ${action.broker} drops its log and begins at offset ${action.logStart}`;
    default:
      return action.kind;
  }
}
