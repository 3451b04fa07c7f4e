/** The classic group protocol and committed offsets, as of the versions that kafkajs and the Java client share. */

import type { Owned } from "../../../model/assignors/assignor.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, Generation, MemberId, Offset } from "../../../model/ids.ts";

export interface FindCoordinatorRequest {
  readonly api: "FindCoordinator";
  readonly key: string;
  /** Whether the key is that of a group or of a transaction; left out for a group. */
  readonly keyType?: "transaction";
}

export interface FindCoordinatorResponse {
  readonly errorCode: ErrorCode;
  readonly nodeId: BrokerId;
}

/** What a member tells the others about itself; opaque to the coordinator. */
export interface Subscription {
  readonly topics: readonly string[];
  /** What the member holds, or held last, and since which generation (KIP-429, KIP-792); left out where no assignor asks. */
  readonly owned?: Owned;
}

/** The partitions of one member; opaque to the coordinator. */
export interface Assignment {
  readonly assignedPartitions: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface JoinGroupRequest {
  readonly api: "JoinGroup";
  readonly groupId: string;
  /** Of a static member its `group.instance.id` (KIP-345). */
  readonly groupInstanceId?: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Empty on the first attempt; the coordinator answers `MEMBER_ID_REQUIRED` with an id (KIP-394). */
  readonly memberId: MemberId;
  readonly protocolType: string;
  readonly protocols: readonly { readonly name: string; readonly metadata: Subscription }[];
}

export interface JoinGroupResponse {
  readonly errorCode: ErrorCode;
  readonly generationId: Generation;
  readonly protocolName: string;
  readonly leader: MemberId;
  readonly memberId: MemberId;
  /** The leader has come back to a generation that has been assigned, and is not to do it again (KIP-814). */
  readonly skipAssignment?: true;
  /** Only the leader is told who the others are. */
  readonly members: readonly {
    readonly memberId: MemberId;
    readonly groupInstanceId?: string;
    readonly metadata: Subscription;
  }[];
}

export interface SyncGroupRequest {
  readonly api: "SyncGroup";
  readonly groupId: string;
  /** Of a static member its `group.instance.id` (KIP-345). */
  readonly groupInstanceId?: string;
  readonly generationId: Generation;
  readonly memberId: MemberId;
  /** Empty unless the sender is the leader. */
  readonly assignments: readonly { readonly memberId: MemberId; readonly assignment: Assignment }[];
}

export interface SyncGroupResponse {
  readonly errorCode: ErrorCode;
  readonly assignment: Assignment;
}

export interface HeartbeatRequest {
  readonly api: "Heartbeat";
  readonly groupId: string;
  /** Of a static member its `group.instance.id` (KIP-345). */
  readonly groupInstanceId?: string;
  readonly generationId: Generation;
  readonly memberId: MemberId;
}

export interface HeartbeatResponse {
  readonly errorCode: ErrorCode;
}

export interface LeaveGroupRequest {
  readonly api: "LeaveGroup";
  readonly groupId: string;
  /** Of a static member its `group.instance.id` (KIP-345). */
  readonly groupInstanceId?: string;
  readonly memberId: MemberId;
}

export interface LeaveGroupResponse {
  readonly errorCode: ErrorCode;
}

export interface OffsetCommitRequest {
  readonly api: "OffsetCommit";
  readonly groupId: string;
  /** Of a static member its `group.instance.id` (KIP-345). */
  readonly groupInstanceId?: string;
  /** -1 with an empty member id for a committer that is in no group. */
  readonly generationIdOrMemberEpoch: Generation;
  readonly memberId: MemberId;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: Offset }[];
  }[];
}

export interface OffsetCommitResponse {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: ErrorCode }[];
  }[];
}

export interface OffsetFetchRequest {
  readonly api: "OffsetFetch";
  readonly groupId: string;
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[];
  /** Rather no answer than an offset that a transaction may be about to replace (KIP-447). */
  readonly requireStable: boolean;
}

export interface OffsetFetchResponse {
  readonly errorCode: ErrorCode;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      /** -1 where nothing has been committed. */
      readonly committedOffset: Offset;
      readonly errorCode: ErrorCode;
    }[];
  }[];
}
