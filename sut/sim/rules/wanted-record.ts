import type { Offset } from "../../../model/ids.ts";

/** A record of a fetch response, and how far its consumer has come. */
export interface WantedRecordQuestion {
  readonly recordOffset: Offset;
  readonly position: Offset;
}

/**
 * Is a record of a fetch response one that the consumer has asked for? A broker returns whole batches, so the first one may
 * begin with records of before the position.
 *
 * Source: KIP-98's record batches, of which the documentation of the message format says that clients skip what comes before.
 */
export function isWanted({ position, recordOffset }: WantedRecordQuestion): boolean {
  return recordOffset >= position;
}
