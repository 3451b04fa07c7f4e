/** What kind of trouble it is: see the texts where it is thrown. */
export type KafkaErrorCode =
  | "KAFKA_NODE_VERSION"
  | "KAFKA_PACKAGE_MISSING"
  | "KAFKA_ENGINE_MISSING"
  | "KAFKA_IMAGE_MISSING"
  | "KAFKA_START_FAILED"
  | "KAFKA_CLUSTER_LOST"
  | "KAFKA_SCHEDULE_TOO_LARGE"
  | "KAFKA_CLIENT_FAILED";

/**
 * Real Kafka cannot be had, or cannot be had any more. Never a finding: what brokers and clients do wrong is told by histories.
 * The text says what to do next.
 */
export class KafkaError extends Error {
  readonly code: KafkaErrorCode;

  constructor(code: KafkaErrorCode, text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = "KafkaError";
    this.code = code;
  }
}
