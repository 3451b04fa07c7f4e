import type { Offset } from "../../../model/ids.ts";

/** A fetch response for a partition that is still assigned. */
export interface CurrentFetchQuestion {
  readonly requestedOffset: Offset;
  readonly position: Offset;
}

/**
 * Does a fetch response still fit the consumer's position? Only if nothing has moved it since the request was made.
 *
 * Source: KAFKA-8429 and librdkafka 4261, where records of before a seek or a reset were delivered after it.
 */
export function isCurrentFetch({ position, requestedOffset }: CurrentFetchQuestion): boolean {
  return requestedOffset === position;
}
