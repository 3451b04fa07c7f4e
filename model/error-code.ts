/**
 * Kafka's protocol errors, as far as a trial can meet them: code, and whether a client may simply try again.
 *
 * Source: the error table of Kafka's protocol guide. `DISCONNECTED` is not of the protocol: it stands for "no answer came",
 * and is given the code that clients use for it in their own logs, -2.
 */

const table = {
  DISCONNECTED: { code: -2, retriable: true },
  UNKNOWN_SERVER_ERROR: { code: -1, retriable: false },
  NONE: { code: 0, retriable: false },
  OFFSET_OUT_OF_RANGE: { code: 1, retriable: false },
  CORRUPT_MESSAGE: { code: 2, retriable: true },
  UNKNOWN_TOPIC_OR_PARTITION: { code: 3, retriable: true },
  LEADER_NOT_AVAILABLE: { code: 5, retriable: true },
  NOT_LEADER_OR_FOLLOWER: { code: 6, retriable: true },
  REQUEST_TIMED_OUT: { code: 7, retriable: true },
  COORDINATOR_LOAD_IN_PROGRESS: { code: 14, retriable: true },
  COORDINATOR_NOT_AVAILABLE: { code: 15, retriable: true },
  NOT_COORDINATOR: { code: 16, retriable: true },
  NOT_ENOUGH_REPLICAS: { code: 19, retriable: true },
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: { code: 20, retriable: true },
  ILLEGAL_GENERATION: { code: 22, retriable: false },
  INCONSISTENT_GROUP_PROTOCOL: { code: 23, retriable: false },
  UNKNOWN_MEMBER_ID: { code: 25, retriable: false },
  REBALANCE_IN_PROGRESS: { code: 27, retriable: false },
  INVALID_REPLICA_ASSIGNMENT: { code: 39, retriable: false },
  NOT_CONTROLLER: { code: 41, retriable: true },
  INVALID_REQUEST: { code: 42, retriable: false },
  POLICY_VIOLATION: { code: 44, retriable: false },
  OUT_OF_ORDER_SEQUENCE_NUMBER: { code: 45, retriable: false },
  DUPLICATE_SEQUENCE_NUMBER: { code: 46, retriable: false },
  INVALID_PRODUCER_EPOCH: { code: 47, retriable: false },
  INVALID_TXN_STATE: { code: 48, retriable: false },
  INVALID_PRODUCER_ID_MAPPING: { code: 49, retriable: false },
  CONCURRENT_TRANSACTIONS: { code: 51, retriable: true },
  TRANSACTION_COORDINATOR_FENCED: { code: 52, retriable: false },
  OPERATION_NOT_ATTEMPTED: { code: 55, retriable: false },
  KAFKA_STORAGE_ERROR: { code: 56, retriable: true },
  REASSIGNMENT_IN_PROGRESS: { code: 60, retriable: false },
  FENCED_LEADER_EPOCH: { code: 74, retriable: true },
  UNKNOWN_LEADER_EPOCH: { code: 75, retriable: true },
  STALE_BROKER_EPOCH: { code: 77, retriable: false },
  OFFSET_NOT_AVAILABLE: { code: 78, retriable: true },
  MEMBER_ID_REQUIRED: { code: 79, retriable: false },
  PREFERRED_LEADER_NOT_AVAILABLE: { code: 80, retriable: true },
  GROUP_MAX_SIZE_REACHED: { code: 81, retriable: false },
  FENCED_INSTANCE_ID: { code: 82, retriable: false },
  ELIGIBLE_LEADERS_NOT_AVAILABLE: { code: 83, retriable: false },
  ELECTION_NOT_NEEDED: { code: 84, retriable: false },
  NO_REASSIGNMENT_IN_PROGRESS: { code: 85, retriable: false },
  UNSTABLE_OFFSET_COMMIT: { code: 88, retriable: true },
  PRODUCER_FENCED: { code: 90, retriable: false },
  INVALID_UPDATE_VERSION: { code: 95, retriable: false },
  DUPLICATE_BROKER_REGISTRATION: { code: 101, retriable: false },
  BROKER_ID_NOT_REGISTERED: { code: 102, retriable: true },
  INELIGIBLE_REPLICA: { code: 107, retriable: false },
  NEW_LEADER_ELECTED: { code: 108, retriable: false },
  TRANSACTION_ABORTABLE: { code: 120, retriable: false },
} as const;

/** Name of a protocol error, as Kafka's documentation spells it. */
export type ErrorName = keyof typeof table;
/** Code of a protocol error, as it travels. */
export type ErrorCode = (typeof table)[ErrorName]["code"];

/** The code of each error: `errorCode.NOT_LEADER_OR_FOLLOWER` is 6. */
export const errorCode = Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code])) as {
  readonly [Name in ErrorName]: (typeof table)[Name]["code"];
};

const names = new Map<ErrorCode, ErrorName>(Object.entries(table).map(([name, { code }]) => [code, name as ErrorName]));
const retriable = new Set<ErrorCode>(
  Object.values(table)
    .filter((facts) => facts.retriable)
    .map(({ code }) => code),
);

/** The name of an error code. */
export const errorName = (code: ErrorCode): ErrorName => names.get(code)!;

/** Whether a client may send the same request again and hope for another answer. */
export const isRetriable = (code: ErrorCode): boolean => retriable.has(code);
