/** Idempotent producers as a log remembers them: epoch, and the last five batches (KIP-98, KIP-360). A fold over the log. */

import type { ErrorName } from "../error-code.ts";
import type { ProducerId } from "../ids.ts";
import { SmallMap } from "./small-map.ts";

/** How many batches of a producer a log recognises again. */
const recognisedMax = 5;

/** The sequence numbers of one batch; -1 as producer id where the producer is not idempotent. */
export interface Sequenced {
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly length: number;
}

interface Session {
  readonly epoch: number;
  /** First sequence number and length, oldest first. */
  readonly batches: readonly (readonly [first: number, length: number])[];
}

export type ProducerSessions = SmallMap<ProducerId, Session>;

/** Of a log that no idempotent producer has written to. */
export const noSessions: ProducerSessions = new SmallMap();

/** What the log makes of a batch: new, known already, or an error. */
export function classify(sessions: ProducerSessions, batch: Sequenced): "new" | "duplicate" | ErrorName {
  const session = sessions.get(batch.producerId);
  if (batch.producerId < 0 || session === undefined) return "new";
  if (batch.producerEpoch < session.epoch) return "INVALID_PRODUCER_EPOCH";
  if (batch.producerEpoch > session.epoch) return batch.baseSequence === 0 ? "new" : "OUT_OF_ORDER_SEQUENCE_NUMBER";
  const isKnown = session.batches.some(([first, length]) => first === batch.baseSequence && length === batch.length);
  if (isKnown) return "duplicate";
  const [first, length] = session.batches.at(-1)!;
  return batch.baseSequence === (first + length) % 2147483648 ? "new" : "OUT_OF_ORDER_SEQUENCE_NUMBER";
}

/** Whether both say the same of the same producers. */
export function isSameSessions(left: ProducerSessions, right: ProducerSessions): boolean {
  if (left === right) return true;
  return left.size === right.size && [...left].every(([id, session]) => isSameSession(session, right.get(id)));
}

function isSameSession(left: Session, right: Session | undefined): boolean {
  if (left === right) return true;
  if (left.epoch !== right?.epoch || left.batches.length !== right.batches.length) return false;
  return left.batches.every(([first, length], at) => right.batches[at]![0] === first && right.batches[at]![1] === length);
}

/** The sessions after one more batch. */
export function withBatch(sessions: ProducerSessions, batch: Sequenced): ProducerSessions {
  if (batch.producerId < 0) return sessions;
  const before = sessions.get(batch.producerId);
  const batches = before?.epoch === batch.producerEpoch ? before.batches : [];
  const kept = batches.length < recognisedMax ? batches : batches.slice(1 - recognisedMax);
  const appended = [...kept, [batch.baseSequence, batch.length] as const];
  return sessions.put(batch.producerId, { epoch: batch.producerEpoch, batches: appended });
}
