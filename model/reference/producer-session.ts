/** Idempotent producers as a log remembers them: epoch, and the last five batches (KIP-98, KIP-360). A fold over the log. */

import type { ErrorName } from "../error-code.ts";
import type { ProducerId } from "../ids.ts";
import { SmallMap } from "./small-map.ts";

/** How many batches of a producer a log recognises again. */
const recognisedMax = 5;

/** The end of a producer's transaction in one partition, as its coordinator has it written down. */
export interface Marker {
  readonly outcome: "commit" | "abort";
  readonly coordinatorEpoch: number;
  /** 2 where its epoch is beyond that of the transaction that it ends. */
  readonly transactionVersion: 0 | 2;
}

/** The sequence numbers of one batch; -1 as producer id where the producer is not idempotent. */
export interface Sequenced {
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly length: number;
  /** Its records belong to a transaction (KIP-98). */
  readonly isTransactional?: true;
  readonly marker?: Marker;
}

interface Session {
  readonly epoch: number;
  readonly isInTransaction: boolean;
  /** The latest coordinator that has ended a transaction of it here; -1 where none has. */
  readonly coordinatorEpoch: number;
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
  if (batch.marker !== undefined) return markerError(session, batch.producerEpoch, batch.marker) ?? "new";
  if (batch.producerEpoch < session.epoch) return "INVALID_PRODUCER_EPOCH";
  // Offsets of a group, which its coordinator has written, are not numbered.
  if (batch.baseSequence < 0) return "new";
  if (batch.producerEpoch > session.epoch) return batch.baseSequence === 0 ? "new" : "OUT_OF_ORDER_SEQUENCE_NUMBER";
  const isKnown = session.batches.some(([first, length]) => first === batch.baseSequence && length === batch.length);
  if (isKnown) return "duplicate";
  const [first, length] = session.batches.at(-1) ?? [0, 0];
  return batch.baseSequence === (first + length) % 2147483648 ? "new" : "OUT_OF_ORDER_SEQUENCE_NUMBER";
}

/** A marker that comes late must not end what has begun since (KAFKA-19446), nor one of a coordinator that is out of office. */
function markerError(session: Session, epoch: number, { coordinatorEpoch, transactionVersion }: Marker): ErrorName | undefined {
  if (coordinatorEpoch < session.coordinatorEpoch) return "TRANSACTION_COORDINATOR_FENCED";
  const least = session.epoch + (transactionVersion === 2 && session.isInTransaction ? 1 : 0);
  return epoch < least ? "INVALID_PRODUCER_EPOCH" : undefined;
}

/** Whether both say the same of the same producers. */
export function isSameSessions(left: ProducerSessions, right: ProducerSessions): boolean {
  if (left === right) return true;
  return left.size === right.size && [...left].every(([id, session]) => isSameSession(session, right.get(id)));
}

function isSameSession(left: Session, right: Session | undefined): boolean {
  if (left === right) return true;
  if (left.epoch !== right?.epoch || left.batches.length !== right.batches.length) return false;
  if (left.isInTransaction !== right.isInTransaction || left.coordinatorEpoch !== right.coordinatorEpoch) return false;
  return left.batches.every(([first, length], at) => right.batches[at]![0] === first && right.batches[at]![1] === length);
}

/** The sessions after one more batch. */
export function withBatch(sessions: ProducerSessions, batch: Sequenced): ProducerSessions {
  if (batch.producerId < 0) return sessions;
  const before = sessions.get(batch.producerId);
  const batches = before?.epoch === batch.producerEpoch ? before.batches : [];
  const coordinatorEpoch = batch.marker?.coordinatorEpoch ?? before?.coordinatorEpoch ?? -1;
  const isInTransaction = batch.isTransactional === true && batch.marker === undefined;
  const known = { epoch: batch.producerEpoch, coordinatorEpoch, isInTransaction };
  if (batch.baseSequence < 0) return sessions.put(batch.producerId, { ...known, batches });
  const kept = batches.length < recognisedMax ? batches : batches.slice(1 - recognisedMax);
  const appended = [...kept, [batch.baseSequence, batch.length] as const];
  return sessions.put(batch.producerId, { ...known, batches: appended });
}
