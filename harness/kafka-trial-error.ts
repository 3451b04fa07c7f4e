/** What went wrong when it was not Kafka that was being tested. Each code has one exit code on the command line. */
export type KafkaTrialErrorCode =
  /** The caller asked for something that does not exist. */
  | "USAGE"
  /** A file that was to be read is missing, is not JSON, has another format, or cannot be played. */
  | "INPUT"
  /** The output folder cannot be written. */
  | "OUTPUT"
  /** The same schedule gave another history: a mistake of kafka-trial, or of an own fault, property or workload. */
  | "NOT_DETERMINISTIC"
  /** kafka-trial itself failed in a trial: a mistake of kafka-trial, or of something own that was brought along. */
  | "TRIAL_CRASHED"
  /** A campaign of the library found a violation; thrown by `assertTrials` and `assertTrial`. */
  | "PROPERTY_VIOLATED"
  /** A campaign of the library had nothing to judge. */
  | "UNDECIDED";

/** The one class of errors that kafka-trial throws on purpose. The text says what happened, where, and what to do next. */
export class KafkaTrialError extends Error {
  readonly code: KafkaTrialErrorCode;

  constructor(code: KafkaTrialErrorCode, text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = "KafkaTrialError";
    this.code = code;
  }
}
