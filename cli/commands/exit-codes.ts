/** What each exit code means. After sysexits.h from 64 on. */

import { KafkaTrialError } from "../../harness/kafka-trial-error.ts";
import type { KafkaTrialErrorCode } from "../../harness/kafka-trial-error.ts";
import type { Outcome } from "../../harness/run.ts";
import { KafkaError } from "../../sut/kafka/kafka-error.ts";

export const exitCodes: Readonly<Record<Outcome | "usage" | "input" | "environment" | "internal" | "interrupted", number>> = {
  held: 0,
  violated: 1,
  undecided: 2,
  uncovered: 3,
  usage: 64,
  input: 65,
  environment: 69,
  internal: 70,
  interrupted: 130,
};

const ofCode: Readonly<Record<KafkaTrialErrorCode, number>> = {
  USAGE: exitCodes.usage,
  INPUT: exitCodes.input,
  OUTPUT: exitCodes.environment,
  NOT_DETERMINISTIC: exitCodes.internal,
  TRIAL_CRASHED: exitCodes.internal,
  PROPERTY_VIOLATED: exitCodes.violated,
  UNDECIDED: exitCodes.undecided,
};

/** The exit code for something that was thrown: whatever nobody has foreseen is a mistake of our own. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof KafkaTrialError) return ofCode[error.code];
  if (error instanceof KafkaError) {
    if (error.code === "KAFKA_CLIENT_FAILED") return exitCodes.internal;
    return error.code === "KAFKA_SCHEDULE_TOO_LARGE" ? exitCodes.input : exitCodes.environment;
  }
  return exitCodes.internal;
}
