/** All faults. The only file that imports them one by one. */

import type { Fault, FaultKind } from "../model/fault.ts";
import type { TrialOptions } from "../model/schedule.ts";
import type { ClusterView } from "./cluster-view.ts";
import { skipped } from "./fault-definition.ts";
import type { FaultDefinition, FaultOf, Injection } from "./fault-definition.ts";
import { cutLink } from "./faults/cut-link.ts";
import { delayRequest } from "./faults/delay-request.ts";
import { deleteRecords } from "./faults/delete-records.ts";
import { duplicateRequest } from "./faults/duplicate-request.ts";
import { electLeader } from "./faults/elect-leader.ts";
import { failDisk } from "./faults/fail-disk.ts";
import { isolateBroker } from "./faults/isolate-broker.ts";
import { jumpClock } from "./faults/jump-clock.ts";
import { killBroker } from "./faults/kill-broker.ts";
import { killClient } from "./faults/kill-client.ts";
import { loseResponse } from "./faults/lose-response.ts";
import { pauseBroker } from "./faults/pause-broker.ts";
import { pauseClient } from "./faults/pause-client.ts";
import { powerOffBroker } from "./faults/power-off-broker.ts";
import { resetConnections } from "./faults/reset-connections.ts";
import { reassignPartition } from "./faults/reassign-partition.ts";
import { slowHandler } from "./faults/slow-handler.ts";
import { slowLink } from "./faults/slow-link.ts";
import { splitClients } from "./faults/split-clients.ts";
import { stopBroker } from "./faults/stop-broker.ts";
import { uncleanElection } from "./faults/unclean-election.ts";
import type { OwnFault } from "./own-fault.ts";

/** The kinds of fault that come with kafka-trial. */
export type BuiltInFaultKind = Exclude<FaultKind, "own-fault">;

export const faultDefinitions: { readonly [Kind in BuiltInFaultKind]: FaultDefinition<FaultOf<Kind>> } = {
  "kill-broker": killBroker,
  "stop-broker": stopBroker,
  "power-off-broker": powerOffBroker,
  "pause-broker": pauseBroker,
  "jump-clock": jumpClock,
  "fail-disk": failDisk,
  "cut-link": cutLink,
  "slow-link": slowLink,
  "isolate-broker": isolateBroker,
  "split-clients": splitClients,
  "reset-connections": resetConnections,
  "delay-request": delayRequest,
  "duplicate-request": duplicateRequest,
  "lose-response": loseResponse,
  "elect-leader": electLeader,
  "unclean-election": uncleanElection,
  "reassign-partition": reassignPartition,
  "delete-records": deleteRecords,
  "kill-client": killClient,
  "pause-client": pauseClient,
  "slow-handler": slowHandler,
};

export const builtInFaultKinds: readonly BuiltInFaultKind[] = Object.keys(faultDefinitions) as BuiltInFaultKind[];

/** Kinds that may occur in trials of which nothing else was said. */
export const defaultFaultKinds: readonly BuiltInFaultKind[] = builtInFaultKinds.filter(
  (kind) => definitionOf(kind).isDrawnApart !== true,
);

/** The definition of a fault, whatever its kind. */
export function definitionOf(kind: BuiltInFaultKind): FaultDefinition<Fault> {
  return faultDefinitions[kind];
}

/** Says what is wrong with a fault that can never be played in a trial with these options. */
export function checkFault(fault: Fault, options: TrialOptions, own: readonly OwnFault[]): string | undefined {
  if (fault.kind !== "own-fault") return definitionOf(fault.kind).check(fault, options);
  if (own.some(({ id }) => id === fault.fault)) return undefined;
  return `the fault "${fault.fault}" is not one of kafka-trial's own, and nobody has brought it along`;
}

/** What is to be done for a fault now. */
export function injectFault(fault: Fault, view: ClusterView, own: readonly OwnFault[]): Injection {
  if (fault.kind !== "own-fault") return definitionOf(fault.kind).inject(fault, view);
  const found = own.find(({ id }) => id === fault.fault);
  return found === undefined ? skipped(`nobody has brought the fault "${fault.fault}"`) : found.inject(fault.parameters, view);
}
