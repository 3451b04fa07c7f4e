import type { AssignorQuestion, GroupAssignment, Owned } from "../../../model/assignors/assignor.ts";
import { assignors } from "../../../model/assignors/assignors.ts";
import { generation } from "../../../model/ids.ts";
import { isCooperative } from "../../../model/settings.ts";
import type { AssignmentStrategy } from "../../../model/settings.ts";

/** What a member says of itself that holds nothing, and never did. */
export const noClaim: Owned = { generation: generation(-1), partitions: [] };

/** A leader shares out the partitions of its group. */
export interface ShareQuestion {
  readonly strategy: AssignmentStrategy;
  readonly question: AssignorQuestion;
}

/**
 * Who gets which partition? The leader's assignor says.
 *
 * Source: the Java client's assignors; KIP-54 and KIP-429 for the sticky ones.
 */
export function shareOut({ question, strategy }: ShareQuestion): GroupAssignment {
  return assignors[strategy](question);
}

/** A member was thrown out of its group. */
export interface LossQuestion {
  readonly strategy: AssignmentStrategy;
  /** What it was given last, and in which generation. */
  readonly claim: Owned;
}

/**
 * What does a member that was thrown out claim when it joins again? Under the cooperative protocol nothing: what it held may be
 * another's already. Under the eager one a claim is no possession but a memory, and its generation says how old it is.
 *
 * Source: KIP-429, KIP-792; KAFKA-12983 and KAFKA-13419 are what a claim that outlives its possession does.
 */
export function claimAfterLoss({ claim, strategy }: LossQuestion): Owned {
  return isCooperative(strategy) ? noClaim : claim;
}
