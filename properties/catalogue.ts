/** All properties. The only file that imports them one by one. */

import type { Property } from "./property.ts";
import { everyPartitionHasAnOwner } from "./liveness/every-partition-has-an-owner.ts";
import { groupSettles } from "./liveness/group-settles.ts";
import { recordsAreDelivered } from "./liveness/records-are-delivered.ts";
import { replicasAreInSync } from "./liveness/replicas-are-in-sync.ts";
import { trialComesToRest } from "./liveness/trial-comes-to-rest.ts";
import { transactionsEnd } from "./liveness/transactions-end.ts";
import { abortedRecordsAreNotRead } from "./safety/aborted-records-are-not-read.ts";
import { tombstonesReachReaders } from "./safety/tombstones-reach-readers.ts";
import { transactionsAreAtomic } from "./safety/transactions-are-atomic.ts";
import { acksWaitForTheIsrOnly } from "./safety/acks-wait-for-the-isr-only.ts";
import { brokersFollowTheModel } from "./safety/brokers-follow-the-model.ts";
import { assignmentKeepsContract } from "./safety/assignment-keeps-contract.ts";
import { atLeastOnceProcessing } from "./safety/at-least-once-processing.ts";
import { commitStaysWithinAssignment } from "./safety/commit-stays-within-assignment.ts";
import { commitsGoForward } from "./safety/commits-go-forward.ts";
import { committedOffsetIsAcceptedCommit } from "./safety/committed-offset-is-accepted-commit.ts";
import { exactlyOnceProcessing } from "./safety/exactly-once-processing.ts";
import { exclusiveOwnership } from "./safety/exclusive-ownership.ts";
import { keyDecidesPartition } from "./safety/key-decides-partition.ts";
import { lastValueOfKeyIsKept } from "./safety/last-value-of-key-is-kept.ts";
import { noDuplicateFromIdempotentProducer } from "./safety/no-duplicate-from-idempotent-producer.ts";
import { noGapWithinAssignment } from "./safety/no-gap-within-assignment.ts";
import { noLostAckedRecord } from "./safety/no-lost-acked-record.ts";
import { noPhantomRecord } from "./safety/no-phantom-record.ts";
import { onlyATwinFences } from "./safety/only-a-twin-fences.ts";
import { oneValuePerOffset } from "./safety/one-value-per-offset.ts";
import { producerOrder } from "./safety/producer-order.ts";
import { resetOnlyOutOfRange } from "./safety/reset-only-out-of-range.ts";
import { roundRobinUsesEveryPartition } from "./safety/round-robin-uses-every-partition.ts";
import { staleCommitIsRefused } from "./safety/stale-commit-is-refused.ts";

/** In the order in which findings are told: what costs data first, what only brokers know last. */
export const properties: readonly Property[] = [
  noLostAckedRecord,
  lastValueOfKeyIsKept,
  tombstonesReachReaders,
  oneValuePerOffset,
  noPhantomRecord,
  noDuplicateFromIdempotentProducer,
  producerOrder,
  transactionsAreAtomic,
  abortedRecordsAreNotRead,
  exactlyOnceProcessing,
  keyDecidesPartition,
  atLeastOnceProcessing,
  noGapWithinAssignment,
  resetOnlyOutOfRange,
  assignmentKeepsContract,
  exclusiveOwnership,
  onlyATwinFences,
  staleCommitIsRefused,
  commitStaysWithinAssignment,
  commitsGoForward,
  committedOffsetIsAcceptedCommit,
  roundRobinUsesEveryPartition,
  recordsAreDelivered,
  transactionsEnd,
  everyPartitionHasAnOwner,
  groupSettles,
  replicasAreInSync,
  trialComesToRest,
  acksWaitForTheIsrOnly,
  brokersFollowTheModel,
];
