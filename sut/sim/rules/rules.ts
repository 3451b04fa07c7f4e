/**
 * Every decision that Kafka's correctness hangs on, each a pure function in a file of its own with the source that it
 * follows. Brokers, controllers and clients move messages and ask. A planted bug replaces one of these and nothing else.
 */

import { abortedBegunBy } from "./aborted-records.ts";
import { checkAlterPartition } from "./alter-partition.ts";
import { isDefiniteFailure } from "./append-outcome.ts";
import { claimAfterLoss, shareOut } from "./assignment.ts";
import { offsetsCarriedOver } from "./carried-offsets.ts";
import { isCurrentFetch } from "./current-fetch.ts";
import { acceptsAppend } from "./disk-failure.ts";
import { findDivergence, isUnknownEpoch } from "./divergence.ts";
import { nextElr } from "./eligible-leader-replicas.ts";
import { entersEpochOnElection, forgetsEpochsFrom } from "./epoch-entry.ts";
import { beginsEpoch } from "./epoch-recovery.ts";
import { cleanableBound, isDeletionOver, isMarkerNeeded, isWorthCleaning } from "./cleaning.ts";
import { retriesCommit } from "./commit-retry.ts";
import { countsForFollower, tellsWatermark } from "./fetch-answer.ts";
import { countsAsProgress, followerHighWatermark, mayFollowerAppend } from "./follower-progress.ts";
import { consumerReadBound, isWaitedFor, nextHighWatermark, recomputesOnIsrChange } from "./high-watermark.ts";
import { afterRefusedIsr, countsProposalAnswer } from "./isr-answer.ts";
import { isEligibleForIsr, isOutOfSync, mayJoinIsr } from "./isr-membership.ts";
import { electLeader } from "./leader-election.ts";
import { checkLeaderEpoch } from "./leader-epoch-check.ts";
import { isLatestKnown, listableBound } from "./list-offsets.ts";
import { laterCommit } from "./loaded-offset.ts";
import { failsTransaction, repeatsOutOfOrder } from "./lost-sequence.ts";
import { followerLogStart, isBelowLogStart, logStartAfterDelete } from "./log-start.ts";
import { checkOffsetCommit } from "./offset-commit.ts";
import { checkOffsetFetch } from "./stable-offsets.ts";
import { indexEntryOf, indexSlot, makesIndexEntry } from "./offset-index.ts";
import { afterOutOfRange } from "./out-of-range.ts";
import { partitionOfHash } from "./partition-of-hash.ts";
import { asksPartitionerAgain } from "./partitioner-call.ts";
import { requeue } from "./producer-retry.ts";
import { judgeSequence, retainBatch } from "./producer-sequence.ts";
import { expiryOf, mayDeleteSegment } from "./retention.ts";
import { isOfDeposedController } from "./quorum-epoch.ts";
import { mayServe, namedEpoch, preferredReadReplica, resetsPosition } from "./read-replica.ts";
import { finishedReassignment } from "./reassignment.ts";
import { rollsSegment } from "./segment-roll.ts";
import { lastStableOffset } from "./stable-offset.ts";
import { afterReplacement, checkInstance } from "./static-member.ts";
import { checkMarker } from "./transaction-marker.ts";
import { checkAdd, decideEnd, decideInit, epochOfTimedOut } from "./transaction.ts";
import { mustVerify } from "./transactional-append.ts";
import { keptOnBecomingFollower, truncationOffset } from "./truncation.ts";
import { grantsVote } from "./vote.ts";
import { isWanted } from "./wanted-record.ts";

export interface Rules {
  readonly abortedBegunBy: typeof abortedBegunBy;
  readonly acceptsAppend: typeof acceptsAppend;
  readonly afterOutOfRange: typeof afterOutOfRange;
  readonly afterRefusedIsr: typeof afterRefusedIsr;
  readonly afterReplacement: typeof afterReplacement;
  readonly asksPartitionerAgain: typeof asksPartitionerAgain;
  readonly beginsEpoch: typeof beginsEpoch;
  readonly checkAdd: typeof checkAdd;
  readonly checkAlterPartition: typeof checkAlterPartition;
  readonly checkInstance: typeof checkInstance;
  readonly checkLeaderEpoch: typeof checkLeaderEpoch;
  readonly checkMarker: typeof checkMarker;
  readonly checkOffsetCommit: typeof checkOffsetCommit;
  readonly claimAfterLoss: typeof claimAfterLoss;
  readonly checkOffsetFetch: typeof checkOffsetFetch;
  readonly cleanableBound: typeof cleanableBound;
  readonly consumerReadBound: typeof consumerReadBound;
  readonly countsAsProgress: typeof countsAsProgress;
  readonly countsForFollower: typeof countsForFollower;
  readonly countsProposalAnswer: typeof countsProposalAnswer;
  readonly decideEnd: typeof decideEnd;
  readonly decideInit: typeof decideInit;
  readonly electLeader: typeof electLeader;
  readonly entersEpochOnElection: typeof entersEpochOnElection;
  readonly epochOfTimedOut: typeof epochOfTimedOut;
  readonly expiryOf: typeof expiryOf;
  readonly failsTransaction: typeof failsTransaction;
  readonly findDivergence: typeof findDivergence;
  readonly finishedReassignment: typeof finishedReassignment;
  readonly followerHighWatermark: typeof followerHighWatermark;
  readonly followerLogStart: typeof followerLogStart;
  readonly forgetsEpochsFrom: typeof forgetsEpochsFrom;
  readonly grantsVote: typeof grantsVote;
  readonly indexEntryOf: typeof indexEntryOf;
  readonly indexSlot: typeof indexSlot;
  readonly isBelowLogStart: typeof isBelowLogStart;
  readonly isCurrentFetch: typeof isCurrentFetch;
  readonly isDefiniteFailure: typeof isDefiniteFailure;
  readonly isDeletionOver: typeof isDeletionOver;
  readonly isEligibleForIsr: typeof isEligibleForIsr;
  readonly isLatestKnown: typeof isLatestKnown;
  readonly isMarkerNeeded: typeof isMarkerNeeded;
  readonly isOfDeposedController: typeof isOfDeposedController;
  readonly isOutOfSync: typeof isOutOfSync;
  readonly isUnknownEpoch: typeof isUnknownEpoch;
  readonly isWaitedFor: typeof isWaitedFor;
  readonly isWorthCleaning: typeof isWorthCleaning;
  readonly isWanted: typeof isWanted;
  readonly judgeSequence: typeof judgeSequence;
  readonly keptOnBecomingFollower: typeof keptOnBecomingFollower;
  readonly lastStableOffset: typeof lastStableOffset;
  readonly laterCommit: typeof laterCommit;
  readonly listableBound: typeof listableBound;
  readonly logStartAfterDelete: typeof logStartAfterDelete;
  readonly makesIndexEntry: typeof makesIndexEntry;
  readonly mayDeleteSegment: typeof mayDeleteSegment;
  readonly mayFollowerAppend: typeof mayFollowerAppend;
  readonly mayJoinIsr: typeof mayJoinIsr;
  readonly mustVerify: typeof mustVerify;
  readonly mayServe: typeof mayServe;
  readonly namedEpoch: typeof namedEpoch;
  readonly nextElr: typeof nextElr;
  readonly nextHighWatermark: typeof nextHighWatermark;
  readonly offsetsCarriedOver: typeof offsetsCarriedOver;
  readonly partitionOfHash: typeof partitionOfHash;
  readonly preferredReadReplica: typeof preferredReadReplica;
  readonly recomputesOnIsrChange: typeof recomputesOnIsrChange;
  readonly repeatsOutOfOrder: typeof repeatsOutOfOrder;
  readonly requeue: typeof requeue;
  readonly resetsPosition: typeof resetsPosition;
  readonly retainBatch: typeof retainBatch;
  readonly retriesCommit: typeof retriesCommit;
  readonly rollsSegment: typeof rollsSegment;
  readonly shareOut: typeof shareOut;
  readonly tellsWatermark: typeof tellsWatermark;
  readonly truncationOffset: typeof truncationOffset;
}

/** The rules as Kafka has them. */
export const kafkaRules: Rules = {
  abortedBegunBy,
  acceptsAppend,
  afterOutOfRange,
  afterRefusedIsr,
  afterReplacement,
  asksPartitionerAgain,
  beginsEpoch,
  checkAdd,
  checkAlterPartition,
  checkInstance,
  checkLeaderEpoch,
  checkMarker,
  checkOffsetCommit,
  claimAfterLoss,
  checkOffsetFetch,
  cleanableBound,
  consumerReadBound,
  countsAsProgress,
  countsForFollower,
  countsProposalAnswer,
  decideEnd,
  decideInit,
  electLeader,
  entersEpochOnElection,
  epochOfTimedOut,
  expiryOf,
  failsTransaction,
  findDivergence,
  finishedReassignment,
  followerHighWatermark,
  followerLogStart,
  forgetsEpochsFrom,
  grantsVote,
  indexEntryOf,
  indexSlot,
  isBelowLogStart,
  isCurrentFetch,
  isDefiniteFailure,
  isDeletionOver,
  isEligibleForIsr,
  isLatestKnown,
  isMarkerNeeded,
  isOfDeposedController,
  isOutOfSync,
  isUnknownEpoch,
  isWaitedFor,
  isWanted,
  isWorthCleaning,
  judgeSequence,
  keptOnBecomingFollower,
  lastStableOffset,
  laterCommit,
  listableBound,
  logStartAfterDelete,
  makesIndexEntry,
  mayDeleteSegment,
  mayFollowerAppend,
  mayJoinIsr,
  mustVerify,
  mayServe,
  namedEpoch,
  nextElr,
  nextHighWatermark,
  offsetsCarriedOver,
  partitionOfHash,
  preferredReadReplica,
  recomputesOnIsrChange,
  repeatsOutOfOrder,
  requeue,
  resetsPosition,
  retainBatch,
  retriesCommit,
  rollsSegment,
  shareOut,
  tellsWatermark,
  truncationOffset,
};
