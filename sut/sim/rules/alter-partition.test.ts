import { expect, test } from "vitest";
import { errorName } from "../../../model/error-code.ts";
import { brokerId, leaderEpoch, partitionEpoch } from "../../../model/ids.ts";
import { checkAlterPartition } from "./alter-partition.ts";
import type { AlterPartitionQuestion } from "./alter-partition.ts";

interface Asked {
  readonly sender?: number;
  readonly leaderEpoch?: number;
  readonly partitionEpoch?: number;
  readonly isr?: readonly (readonly [id: number, brokerEpoch: number])[];
  readonly isRecovering?: boolean;
  readonly wasRecovering?: boolean;
}

/** Broker 1 leads in epoch 4 at partition epoch 9; brokers 1 and 2 are registered as 11 and 12, broker 3 is fenced. */
function answerTo({
  isr = [
    [1, 11],
    [2, 12],
  ],
  isRecovering = false,
  leaderEpoch: term = 4,
  partitionEpoch: state = 9,
  sender = 1,
  wasRecovering = false,
}: Asked): string {
  const question: AlterPartitionQuestion = {
    sender: brokerId(sender),
    proposal: {
      leaderEpoch: leaderEpoch(term),
      partitionEpoch: partitionEpoch(state),
      isr: isr.map(([id, brokerEpoch]) => ({ brokerId: brokerId(id), brokerEpoch })),
      isRecovering,
    },
    partition: {
      leader: brokerId(1),
      leaderEpoch: leaderEpoch(4),
      partitionEpoch: partitionEpoch(9),
      isRecovering: wasRecovering,
    },
    isEligible: (broker, brokerEpoch) => broker < 3 && brokerEpoch === 10 + broker,
  };
  return errorName(checkAlterPartition(question));
}

test.each<readonly [string, Asked, string]>([
  ["the leader's proposal from the present state is taken", {}, "NONE"],
  ["a leader of an earlier term is fenced", { leaderEpoch: 3 }, "FENCED_LEADER_EPOCH"],
  ["a term that has not begun is no better", { leaderEpoch: 5 }, "FENCED_LEADER_EPOCH"],
  ["somebody else than the leader is fenced", { sender: 2 }, "FENCED_LEADER_EPOCH"],
  ["a proposal from a state that is over is refused", { partitionEpoch: 8 }, "INVALID_UPDATE_VERSION"],
  [
    "a fenced member is not eligible",
    {
      isr: [
        [1, 11],
        [3, 13],
      ],
    },
    "INELIGIBLE_REPLICA",
  ],
  [
    "a member of an earlier incarnation is not eligible",
    {
      isr: [
        [1, 11],
        [2, 7],
      ],
    },
    "INELIGIBLE_REPLICA",
  ],
  ["a leader that has recovered may have company", { wasRecovering: true }, "NONE"],
  ["a leader that is recovering may not", { isRecovering: true, wasRecovering: true }, "INVALID_REQUEST"],
  ["it may be alone", { isr: [[1, 11]], isRecovering: true, wasRecovering: true }, "NONE"],
  ["a leader that has recovered does not recover again", { isr: [[1, 11]], isRecovering: true }, "INVALID_REQUEST"],
  ["the sender itself is not asked for its broker epoch", { isr: [[1, -1]] }, "NONE"],
])("%s", (_sentence, asked, expected) => {
  expect(answerTo(asked)).toBe(expected);
});
