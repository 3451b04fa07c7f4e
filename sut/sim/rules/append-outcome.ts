import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";

/** Errors of which a broker tells before it appends anything. */
const toldBefore: ReadonlySet<ErrorCode> = new Set([
  errorCode.NOT_ENOUGH_REPLICAS,
  errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errorCode.INVALID_PRODUCER_EPOCH,
]);

/**
 * Has an attempt to produce that ended with this error certainly appended nothing? Any other error leaves it open, and so does
 * an answer that never came: the record may be in the log, now or later.
 *
 * Source: the documentation of the producer's `TimeoutException`; librdkafka's "possibly persisted"; Jepsen's info operations.
 */
export function isDefiniteFailure(error: ErrorCode): boolean {
  return toldBefore.has(error);
}
