/**
 * The way to a broken invariant as a schedule: what somebody would have to do to a cluster for it. The model's small steps, such
 * as a fetch or a follower that learns of an election, are the cluster's own business; what is left are the records, the
 * failures and the elections, in the same order and far enough apart for the cluster to take its own steps in between.
 */

import type { Action } from "../../model/reference/actions.ts";
import type { Move } from "../../model/explore/moves.ts";
import type { Scope } from "../../model/explore/scope.ts";
import { scheduleFormat } from "../../model/schedule.ts";
import type { Operation, Schedule, Step } from "../../model/schedule.ts";

/** Longer than it takes a cluster to fence a broker and to elect another leader. */
const apartMs = 2500;
/** Records may follow at once. */
const sendApartMs = 20;

export function scheduleOfSteps(scope: Scope, moves: readonly Move[]): Schedule {
  const steps: Step[] = [];
  let atMs = 0;
  const add = (id: string, operation: Operation, pauseMs: number): void => {
    steps.push({ id, after: { ms: atMs }, do: operation });
    atMs += pauseMs;
  };
  for (const [at, { actions }] of moves.entries()) {
    for (const [nth, action] of actions.entries()) {
      const operation = operationOf(action, moves.slice(at), steps);
      if (operation === undefined) continue;
      const prefix = operation.kind === "send" ? "s" : operation.kind === "heal" ? "h" : "f";
      add(`${prefix}${at + 1}${nth === 0 ? "" : `-${nth + 1}`}`, operation, operation.kind === "send" ? sendApartMs : apartMs);
    }
  }
  return {
    format: scheduleFormat,
    options: {
      brokers: scope.brokers,
      brokerConfig: {},
      topics: [
        {
          name: "orders",
          partitions: 1,
          replicationFactor: scope.brokers,
          config: { "min.insync.replicas": Math.max(1, scope.minInsyncReplicas) },
        },
      ],
      producers: [{ id: "p1", config: { acks: "1", "enable.idempotence": false } }],
      groups: [],
    },
    steps,
    noise: { seed: "00000000", latencyMs: { min: 1, max: 1 } },
  };
}

/** What somebody does for an action to happen; undefined for what a cluster does by itself. */
function operationOf(action: Action, rest: readonly Move[], before: readonly Step[]): Operation | undefined {
  switch (action.kind) {
    case "leader-append":
      return { kind: "send", producer: "p1", topic: "orders", partition: 0 };
    case "take-down-broker": {
      const target = `broker ${action.broker}`;
      return { kind: losesPower(action.broker, rest) ? "power-off-broker" : "kill-broker", target };
    }
    case "fence-broker":
      if (openFault(before, action.broker) !== undefined) return undefined;
      return { kind: "isolate-broker", target: `broker ${action.broker}`, from: "brokers" };
    case "recover-replica":
    case "unfence-broker": {
      const fault = openFault(before, action.broker);
      return fault === undefined ? undefined : { kind: "heal", fault };
    }
    case "elect-clean":
      return rest[0]!.actions.length === 1 && action.leader >= 0
        ? { kind: "elect-leader", partition: action.partition }
        : undefined;
    default:
      return undefined;
  }
}

/** Whether the broker's next recovery is that of a machine without power. */
function losesPower(broker: number, rest: readonly Move[]): boolean {
  for (const { actions } of rest) {
    for (const action of actions) {
      if (action.kind === "recover-replica" && action.broker === broker) return action.hasLostPower;
    }
  }
  return false;
}

/** The step that keeps a broker out of service, where one does. */
function openFault(steps: readonly Step[], broker: number): string | undefined {
  const healed = new Set(steps.flatMap(({ do: operation }) => (operation.kind === "heal" ? [operation.fault] : [])));
  const isOpen = ({ do: operation, id }: Step): boolean =>
    "target" in operation && operation.target === `broker ${broker}` && !healed.has(id);
  return steps.findLast(isOpen)?.id;
}
