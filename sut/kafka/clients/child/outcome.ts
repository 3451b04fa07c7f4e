/**
 * The client contract: what an error means for a send or a commit. `failed` is only said where nothing can have been written;
 * whatever is not known for certain is `unknown`.
 *
 * kafkajs reports the error of its last attempt, and an attempt before it may have been the one that wrote. So an outcome is
 * drawn from how each attempt was answered on the wire.
 */

/** Kafka's error code; null where no answer came. */
export type Answer = number | null;

/**
 * Errors of `Produce` after which that attempt has appended nothing, by Kafka's codes. All of them are checks that a broker
 * makes before it appends. Not among them are errors that also stand for "appended, but": NOT_LEADER_OR_FOLLOWER (6, the
 * leadership was lost while waiting for the followers), REQUEST_TIMED_OUT (7), NOT_ENOUGH_REPLICAS_AFTER_APPEND (20),
 * DUPLICATE_SEQUENCE_NUMBER (46, some attempt did append), KAFKA_STORAGE_ERROR (56).
 */
const nothingAppended: ReadonlyMap<number, string> = new Map([
  [2, "CORRUPT_MESSAGE"],
  [3, "UNKNOWN_TOPIC_OR_PARTITION"],
  [10, "MESSAGE_TOO_LARGE"],
  [17, "INVALID_TOPIC_EXCEPTION"],
  [18, "RECORD_LIST_TOO_LARGE"],
  [19, "NOT_ENOUGH_REPLICAS"],
  [21, "INVALID_REQUIRED_ACKS"],
  [29, "TOPIC_AUTHORIZATION_FAILED"],
  [31, "CLUSTER_AUTHORIZATION_FAILED"],
  [32, "INVALID_TIMESTAMP"],
  [35, "UNSUPPORTED_VERSION"],
  [45, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  [47, "INVALID_PRODUCER_EPOCH"],
  [59, "UNKNOWN_PRODUCER_ID"],
  [87, "INVALID_RECORD"],
]);

/** What is known of a send that did not succeed. Attempts are those that left the process; there may have been none. */
export function sendOutcome(attempts: readonly Answer[]): "send-failed" | "send-unknown" {
  const wroteNothing = attempts.every((answer) => answer !== null && nothingAppended.has(answer));
  return wroteNothing ? "send-failed" : "send-unknown";
}

/**
 * Errors of `OffsetCommit` after which nothing has been committed: checks of the coordinator. Not among them are those that
 * it also gives where it could not find out whether its log has the commit: COORDINATOR_NOT_AVAILABLE (15), NOT_COORDINATOR
 * (16), REQUEST_TIMED_OUT (7).
 */
const nothingCommitted: ReadonlyMap<number, string> = new Map([
  [3, "UNKNOWN_TOPIC_OR_PARTITION"],
  [12, "OFFSET_METADATA_TOO_LARGE"],
  [14, "COORDINATOR_LOAD_IN_PROGRESS"],
  [22, "ILLEGAL_GENERATION"],
  [24, "INVALID_GROUP_ID"],
  [25, "UNKNOWN_MEMBER_ID"],
  [27, "REBALANCE_IN_PROGRESS"],
  [28, "INVALID_COMMIT_OFFSET_SIZE"],
  [29, "TOPIC_AUTHORIZATION_FAILED"],
  [30, "GROUP_AUTHORIZATION_FAILED"],
  [82, "FENCED_INSTANCE_ID"],
]);

/** What is known of a commit, whose partitions were answered with these codes; null where no answer came. */
export function commitOutcome(answers: readonly number[] | null): {
  readonly kind: "commit-acked" | "commit-refused" | "commit-unknown";
  readonly error: string;
} {
  if (answers === null) return { kind: "commit-unknown", error: "DISCONNECTED" };
  const errors = answers.filter((answer) => answer !== 0);
  if (errors.length === 0) return { kind: "commit-acked", error: "NONE" };
  const error = errors.map((code) => nothingCommitted.get(code) ?? `error ${code}`)[0]!;
  // Refused only as a whole: where some partitions were committed and others not, properties are told of neither.
  const isRefused = errors.length === answers.length && errors.every((code) => nothingCommitted.has(code));
  return { kind: isRefused ? "commit-refused" : "commit-unknown", error };
}

/** An error in one line, for people: Kafka's own name for it where there is one. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { type } = error as { readonly type?: unknown };
  const cause = error.cause instanceof Error && error.cause !== error ? error.cause : undefined;
  if (typeof type === "string") return type;
  return cause === undefined ? `${error.name}: ${error.message}` : errorText(cause);
}
