/** Opens the system that trials are to be played on. */

import { inMemory, onKafka } from "../../harness/system.ts";
import type { System, SystemId } from "../../harness/system.ts";
import { KafkaTrialError } from "../../harness/kafka-trial-error.ts";
import { startKafka } from "../../sut/kafka/start.ts";
import type { PlantedBug } from "../../sut/sim/planted-bugs/planted-bug.ts";

export interface OpenSystem extends AsyncDisposable {
  readonly system: System;
}

/** Disposing of it removes whatever was started for it. Throws a `KafkaError` where real Kafka cannot be had. */
export async function openSystem(id: SystemId, bug: PlantedBug | undefined, say: (text: string) => void): Promise<OpenSystem> {
  if (id === "sim") return { system: inMemory(bug), [Symbol.asyncDispose]: async () => undefined };
  if (bug !== undefined)
    throw new KafkaTrialError("USAGE", "planted bugs are for the in-memory cluster: leave out --bug, or play with --sut sim");
  const kafka = await startKafka({ onProgress: say });
  return { system: onKafka(kafka), [Symbol.asyncDispose]: () => kafka[Symbol.asyncDispose]() };
}
