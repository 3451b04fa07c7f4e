import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";

/** The epochs of a marker, and what the leader that is to write it down has seen of them; -1 where it has seen none. */
export interface MarkerQuestion {
  readonly producerEpoch: number;
  readonly knownProducerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly knownCoordinatorEpoch: number;
  /** 2 where a marker has a later epoch than what it ends (KIP-890). */
  readonly version: 0 | 2;
  /** Whether the producer has a transaction open in this log. */
  readonly isOpen: boolean;
}

/**
 * Why a marker is not written: it comes from a coordinator that has been replaced, or from a transaction of the past.
 *
 * Source: `ProducerAppendInfo.checkProducerEpoch` and `checkCoordinatorEpoch`; KAFKA-19446 for the strict comparison.
 */
export function checkMarker(question: MarkerQuestion): ErrorCode {
  const { coordinatorEpoch, isOpen, knownCoordinatorEpoch, knownProducerEpoch, producerEpoch, version } = question;
  if (coordinatorEpoch < knownCoordinatorEpoch) return errorCode.TRANSACTION_COORDINATOR_FENCED;
  const isOfThePast = version === 2 && isOpen ? producerEpoch <= knownProducerEpoch : producerEpoch < knownProducerEpoch;
  return isOfThePast ? errorCode.INVALID_PRODUCER_EPOCH : errorCode.NONE;
}
