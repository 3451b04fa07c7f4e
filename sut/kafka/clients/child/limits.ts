/** Limits of kafkajs clients that no Kafka setting of a schedule speaks of. */

/** How long a connection to a broker may take to come about. */
export const connectionTimeoutMs = 1000;

/** How often kafkajs tries what is neither a send nor a commit, before it says that it cannot be done. */
export const connectionRetries = 5;

/** How often clients ask for fresh metadata. kafkajs does not look for a new leader after a mere timeout, so it must be often. */
export const metadataMaxAgeMs = 1000;

/** How long the application waits before it starts its client again, and how often it does. */
export const reconnectMs = 200;
export const reconnectsMax = 1000;

/** How long a member may take to leave its group when it is stopped. */
export const leaveLimitMs = 5000;
