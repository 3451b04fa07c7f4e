/** All planted bugs. The only file that imports them one by one. */

import { acceptAnyCommit } from "./accept-any-commit.ts";
import { acceptAnySequence } from "./accept-any-sequence.ts";
import { advanceUnderMinIsr } from "./advance-under-min-isr.ts";
import { appendAfterFailure } from "./append-after-failure.ts";
import { appendLateAnswer } from "./append-late-answer.ts";
import { askPartitionerTwice } from "./ask-partitioner-twice.ts";
import { assignToFormerId } from "./assign-to-former-id.ts";
import { beginAtNextEntry } from "./begin-at-next-entry.ts";
import { beginAnewOutOfRange } from "./begin-anew-out-of-range.ts";
import { carryOffsetsOver } from "./carry-offsets-over.ts";
import { claimWhatWasLost } from "./claim-what-was-lost.ts";
import { cleanUncommitted } from "./clean-uncommitted.ts";
import { commitWhatCameBack } from "./commit-what-came-back.ts";
import { compareOffsetsOnly } from "./compare-offsets-only.ts";
import { countDivergingFetch } from "./count-diverging-fetch.ts";
import { cutOwnLog } from "./cut-own-log.ts";
import { deliverWholeBatches } from "./deliver-whole-batches.ts";
import { deleteUncommittedSegments } from "./delete-uncommitted-segments.ts";
import { electAbsentLastLeader } from "./elect-absent-last-leader.ts";
import { electAnyone } from "./elect-anyone.ts";
import { followDivergingWatermark } from "./follow-diverging-watermark.ts";
import { dropNeededMarkers } from "./drop-needed-markers.ts";
import { forgetTombstonesEarly } from "./forget-tombstones-early.ts";
import { forgetIdleEpochs } from "./forget-idle-epochs.ts";
import { handOverAtOnce } from "./hand-over-at-once.ts";
import { ignoreBrokerEpoch } from "./ignore-broker-epoch.ts";
import { grantStaleIsr } from "./grant-stale-isr.ts";
import { ignoreFetchEpoch } from "./ignore-fetch-epoch.ts";
import { joinIsrAtHighWatermark } from "./join-isr-at-high-watermark.ts";
import { keepEpochsAtEnd } from "./keep-epochs-at-end.ts";
import { keepNewIdInMemory } from "./keep-new-id-in-memory.ts";
import { leaveWatermark } from "./leave-watermark.ts";
import { loadFirstCommit } from "./load-first-commit.ts";
import { obeyDeposedController } from "./obey-deposed-controller.ts";
import { preferAnyone } from "./prefer-anyone.ts";
import { readBeyondWatermark } from "./read-beyond-watermark.ts";
import { repeatOlderCommit } from "./repeat-older-commit.ts";
import { requeueAtEnd } from "./requeue-at-end.ts";
import { nameNoEpoch } from "./name-no-epoch.ts";
import { retainOneBatch } from "./retain-one-batch.ts";
import { skipEpochZero } from "./skip-epoch-zero.ts";
import { keepEpochAtEnd } from "./keep-epoch-at-end.ts";
import { appendUnverified } from "./append-unverified.ts";
import { abortWithoutFencing } from "./abort-without-fencing.ts";
import { takeLateMarker } from "./take-late-marker.ts";
import { beginAnewInTransaction } from "./begin-anew-in-transaction.ts";
import { tellUnstableOffsets } from "./tell-unstable-offsets.ts";
import { commitForZombies } from "./commit-for-zombies.ts";
import { noteOneAborted } from "./note-one-aborted.ts";
import { readAtStableOffset } from "./read-at-stable-offset.ts";
import { takeAbsoluteHash } from "./take-absolute-hash.ts";
import { takeSilenceForFailure } from "./take-silence-for-failure.ts";
import { takeStaleIsr } from "./take-stale-isr.ts";
import { truncateToHighWatermark } from "./truncate-to-high-watermark.ts";
import { waitForIneligible } from "./wait-for-ineligible.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { kafkaRules } from "../rules/rules.ts";
import type { Rules } from "../rules/rules.ts";

/** In the order of the catalogue of historical bugs: replication, ISR, elections, producers, groups, consumers, partitioners, logs. */
export const plantedBugs: readonly PlantedBug[] = [
  truncateToHighWatermark,
  compareOffsetsOnly,
  forgetIdleEpochs,
  ignoreFetchEpoch,
  countDivergingFetch,
  followDivergingWatermark,
  keepEpochsAtEnd,
  cutOwnLog,
  beginAnewOutOfRange,
  skipEpochZero,
  appendLateAnswer,
  appendAfterFailure,
  joinIsrAtHighWatermark,
  leaveWatermark,
  ignoreBrokerEpoch,
  advanceUnderMinIsr,
  takeStaleIsr,
  waitForIneligible,
  readBeyondWatermark,
  deleteUncommittedSegments,
  electAbsentLastLeader,
  grantStaleIsr,
  obeyDeposedController,
  electAnyone,
  preferAnyone,
  retainOneBatch,
  requeueAtEnd,
  acceptAnySequence,
  takeSilenceForFailure,
  keepEpochAtEnd,
  appendUnverified,
  abortWithoutFencing,
  takeLateMarker,
  beginAnewInTransaction,
  noteOneAborted,
  readAtStableOffset,
  tellUnstableOffsets,
  commitForZombies,
  assignToFormerId,
  keepNewIdInMemory,
  loadFirstCommit,
  acceptAnyCommit,
  carryOffsetsOver,
  commitWhatCameBack,
  claimWhatWasLost,
  nameNoEpoch,
  repeatOlderCommit,
  deliverWholeBatches,
  handOverAtOnce,
  takeAbsoluteHash,
  askPartitionerTwice,
  cleanUncommitted,
  forgetTombstonesEarly,
  dropNeededMarkers,
  beginAtNextEntry,
];

/** Kafka's rules with this bug in them; Kafka's own where there is none. */
export const rulesWith = (bug: PlantedBug | undefined): Rules => ({ ...kafkaRules, ...bug?.rules });
