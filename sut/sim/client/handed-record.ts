import type { StepId } from "../../../model/ids.ts";
import { recordBytes } from "../../../model/partitioners/record-bytes.ts";

/** A record as the application hands it over; its value is the step. */
export interface HandedRecord {
  readonly topic: string;
  readonly step: StepId;
  readonly key: string | null;
  /** How many bytes its value counts for, where that is not its length. */
  readonly valueBytes: number | undefined;
}

/** How many bytes the record counts for in a batch. */
export const bytesOf = ({ key, step, valueBytes }: Omit<HandedRecord, "topic">): number =>
  recordBytes(key, "") + (valueBytes ?? step.length);
