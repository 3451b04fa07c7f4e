import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";

/** Somebody asks for the committed offset of a partition. */
export interface OffsetFetchQuestion {
  readonly requireStable: boolean;
  /** An open transaction, or one whose end the coordinator has not been told yet, has an offset for the partition. */
  readonly isPending: boolean;
}

/**
 * Why a group's committed offset is not told: it may be about to be replaced, and who began with it would process again what a
 * transaction has processed (KIP-447).
 */
export function checkOffsetFetch({ isPending, requireStable }: OffsetFetchQuestion): ErrorCode {
  return requireStable && isPending ? errorCode.UNSTABLE_OFFSET_COMMIT : errorCode.NONE;
}
