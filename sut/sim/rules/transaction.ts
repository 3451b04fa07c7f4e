/** What a transaction coordinator makes of what producers ask, as KIP-98, KIP-360 and KIP-890 have it. */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { ProducerId } from "../../../model/ids.ts";
import type { TransactionOutcome } from "../protocol/record-batch.ts";

/** Where a transactional id stands (`TransactionState`). */
export type TransactionPhase = "Empty" | "Ongoing" | "PrepareCommit" | "PrepareAbort" | "CompleteCommit" | "CompleteAbort";

/** What a coordinator knows of a transactional id when somebody asks. */
export interface KnownTransaction {
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
  readonly phase: TransactionPhase;
  /** A change of it is on its way into the log. */
  readonly isPending: boolean;
}

/** As whom a producer asks. */
export interface ProducerIdentity {
  readonly producerId: ProducerId;
  readonly producerEpoch: number;
}

export type InitDecision =
  /** The producer goes on, or begins, with this epoch. */
  | { readonly kind: "begin"; readonly producerEpoch: number }
  /** A transaction is open: it is aborted under this epoch, which fences whoever began it, and the producer asks again. */
  | { readonly kind: "abort-first"; readonly producerEpoch: number }
  | { readonly kind: "refuse"; readonly error: ErrorCode };

/** `InitProducerId` of a producer with a transactional id that the coordinator knows already. */
export function decideInit({ isPending, phase, producerEpoch }: KnownTransaction): InitDecision {
  if (isPending || isPrepared(phase)) return { kind: "refuse", error: errorCode.CONCURRENT_TRANSACTIONS };
  return { kind: phase === "Ongoing" ? "abort-first" : "begin", producerEpoch: producerEpoch + 1 };
}

/** Why partitions are not added to the producer's transaction, opening it where need be. */
export function checkAdd(known: KnownTransaction | undefined, asker: ProducerIdentity): ErrorCode {
  const error = checkIdentity(known, asker);
  if (known === undefined || error !== errorCode.NONE) return error;
  return known.isPending || isPrepared(known.phase) ? errorCode.CONCURRENT_TRANSACTIONS : errorCode.NONE;
}

export type EndDecision =
  /** The outcome is written down; markers and answer carry this epoch. */
  | { readonly kind: "prepare"; readonly producerEpoch: number }
  /** It has ended just so already. */
  | { readonly kind: "done" }
  | { readonly kind: "refuse"; readonly error: ErrorCode };

export interface EndQuestion {
  readonly known: KnownTransaction | undefined;
  readonly asker: ProducerIdentity;
  readonly outcome: TransactionOutcome;
  /** 2 where each transaction has an epoch of its own (KIP-890). */
  readonly version: 0 | 2;
}

/** `EndTxn`. With version 2 a request that comes again is known by the epoch before the present one. */
export function decideEnd({ asker, known, outcome, version }: EndQuestion): EndDecision {
  const isRepeated =
    version === 2 && known !== undefined && isEnded(known.phase) && asker.producerEpoch + 1 === known.producerEpoch;
  const error = checkIdentity(known, isRepeated ? { ...asker, producerEpoch: known.producerEpoch } : asker);
  if (known === undefined || error !== errorCode.NONE) return { kind: "refuse", error };
  if (known.isPending) return { kind: "refuse", error: errorCode.CONCURRENT_TRANSACTIONS };
  const { phase } = known;
  // A producer whose first batch never arrived does not know whether there is anything to abort.
  const isEmptyAbort = version === 2 && outcome === "abort" && !isRepeated && !isPrepared(phase);
  if (phase === "Ongoing" || isEmptyAbort) {
    return { kind: "prepare", producerEpoch: known.producerEpoch + (version === 2 ? 1 : 0) };
  }
  if (phase === "Empty" || (version === 2 && !isRepeated) || outcomeOf(phase) !== outcome) {
    return { kind: "refuse", error: errorCode.INVALID_TXN_STATE };
  }
  return isPrepared(phase) ? { kind: "refuse", error: errorCode.CONCURRENT_TRANSACTIONS } : { kind: "done" };
}

/** The epoch under which a transaction is aborted that nobody has ended in time: it fences its producer (KAFKA-6119). */
export const epochOfTimedOut = (producerEpoch: number): number => producerEpoch + 1;

function checkIdentity(known: KnownTransaction | undefined, { producerEpoch, producerId }: ProducerIdentity): ErrorCode {
  if (known === undefined || known.producerId !== producerId) return errorCode.INVALID_PRODUCER_ID_MAPPING;
  return known.producerEpoch === producerEpoch ? errorCode.NONE : errorCode.PRODUCER_FENCED;
}

const isPrepared = (phase: TransactionPhase): boolean => phase === "PrepareCommit" || phase === "PrepareAbort";
const isEnded = (phase: TransactionPhase): boolean => phase !== "Empty" && phase !== "Ongoing";
const outcomeOf = (phase: TransactionPhase): TransactionOutcome =>
  phase === "PrepareCommit" || phase === "CompleteCommit" ? "commit" : "abort";
