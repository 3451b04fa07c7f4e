import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { grantsVote } from "./vote.ts";

interface Asked {
  readonly epoch?: number;
  readonly lastEpoch?: number;
  readonly endOffset?: number;
  readonly votedFor?: number;
  readonly hasLeader?: boolean;
}

/** Broker 2 asks a voter in epoch 5 whose log ends at 10 with a record of epoch 4. */
function isGranted({ endOffset = 10, epoch = 6, hasLeader = false, lastEpoch = 4, votedFor }: Asked): boolean {
  return grantsVote({
    candidate: brokerId(2),
    candidateEpoch: epoch,
    candidateLog: { lastEpoch, endOffset },
    voter: {
      epoch: 5,
      votedFor: votedFor === undefined ? undefined : brokerId(votedFor),
      hasLeader,
      log: { lastEpoch: 4, endOffset: 10 },
    },
  });
}

test.each<readonly [string, Asked, boolean]>([
  ["a candidate of a later epoch with as much in its log gets the vote", {}, true],
  ["a candidate of an earlier epoch does not", { epoch: 4 }, false],
  ["a candidate with a shorter log does not", { endOffset: 9 }, false],
  ["a candidate whose last record is older does not, however long its log is", { lastEpoch: 3, endOffset: 99 }, false],
  ["a candidate whose last record is newer does, however short its log is", { lastEpoch: 5, endOffset: 1 }, true],
  ["the vote of an epoch is given once", { epoch: 5, votedFor: 3 }, false],
  ["the same candidate may ask again", { epoch: 5, votedFor: 2 }, true],
  ["nobody is elected in an epoch that has a leader", { epoch: 5, hasLeader: true }, false],
])("%s", (_sentence, asked, expected) => {
  expect(isGranted(asked)).toBe(expected);
});
