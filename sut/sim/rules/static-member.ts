import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { MemberId } from "../../../model/ids.ts";

/** Who says to be a member, and who is the member with the same `group.instance.id`. */
export interface InstanceQuestion {
  readonly member: MemberId;
  /** Undefined where no member has it. */
  readonly known: MemberId | undefined;
}

/**
 * Is a request of a static member its own? Of all processes with one `group.instance.id` only the one that joined last is the
 * member; the others are fenced.
 *
 * Source: KIP-345.
 */
export function checkInstance({ known, member }: InstanceQuestion): ErrorCode {
  if (known === undefined) return errorCode.UNKNOWN_MEMBER_ID;
  return known === member ? errorCode.NONE : errorCode.FENCED_INSTANCE_ID;
}

export interface ReplacementQuestion {
  readonly groupState: "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";
}

/**
 * What follows when a static member comes back as another process? In a stable group nothing but that its new id is written down,
 * and then it has the place of the old one; while members are joining it joins with them. Where the leader has been told of the
 * old id and has not assigned yet, the group begins anew.
 *
 * Source: KIP-345; KAFKA-9801 is what an assignment to an id that is no more does, KAFKA-10284 what one does that is not written down.
 */
export function afterReplacement({ groupState }: ReplacementQuestion): "store" | "rebalance" | "wait" | "answer" {
  if (groupState === "PreparingRebalance") return "wait";
  return groupState === "Stable" ? "store" : "rebalance";
}
