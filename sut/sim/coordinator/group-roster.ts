/** Who is in a classic group: its members, the ids that were given out and not used yet, and who is which static member (KIP-345). */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { memberId } from "../../../model/ids.ts";
import type { ClientId, MemberId } from "../../../model/ids.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { GroupMetadataValue } from "./coordinator-records.ts";
import type { GroupMember } from "./group-member.ts";
import { PendingMembers } from "./pending-members.ts";

/** Stores the group's state; `onStored` hears whether it is safe. */
type StoreGroup = (value: GroupMetadataValue, onStored: (error: ErrorCode) => void) => void;

/** What a group needs of its coordinator. */
export interface GroupParts {
  readonly store: StoreGroup;
  /** A number that this process has given to no member of any group yet. */
  readonly numberMember: () => number;
}

export class GroupRoster {
  readonly members: Map<MemberId, GroupMember> = new Map();
  readonly pending: PendingMembers;
  private readonly context: BrokerContext;
  private readonly numberMember: () => number;

  /** `onPendingExpired` hears that an id is waited for no more. */
  constructor(context: BrokerContext, numberMember: () => number, onPendingExpired: () => void) {
    this.context = context;
    this.numberMember = numberMember;
    this.pending = new PendingMembers(context.host, onPendingExpired);
  }

  /** What is to be said of whoever sends a request as a member: nothing, or that it is none, or was replaced. */
  check(member: MemberId, instance: string | undefined): ErrorCode {
    if (instance !== undefined) {
      const known = this.memberOf(instance)?.memberId;
      return this.context.rules.checkInstance({ member, known });
    }
    return this.members.has(member) ? errorCode.NONE : errorCode.UNKNOWN_MEMBER_ID;
  }

  /** The static member with this `group.instance.id`. */
  memberOf(instance: string): GroupMember | undefined {
    for (const member of this.members.values()) if (member.instanceId === instance) return member;
    return undefined;
  }

  /** Whether whoever joins as `id` is a member already, or there is room for one more. */
  hasRoomFor(id: MemberId): boolean {
    return this.members.has(id) || this.members.size < this.context.settings["group.max.size"];
  }

  /** An id for a new member, by its client, this broker and its process, and a number that the process gives out once. */
  newId(client: ClientId): MemberId {
    const { host, id } = this.context;
    return memberId(`${client}-${id}.${host.incarnation}.${this.numberMember()}`);
  }

  /** The same, for a member that is to join with it next (KIP-394). */
  giveId(client: ClientId, sessionTimeoutMs: number): MemberId {
    const given = this.newId(client);
    this.pending.add(given, sessionTimeoutMs);
    return given;
  }
}
