/** `AlterPartitionReassignments` (KIP-455): an administrator wants a partition's replicas elsewhere, or where they were. */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId } from "../../../model/ids.ts";

export interface AlterPartitionReassignmentsRequest {
  readonly api: "AlterPartitionReassignments";
  readonly topics: readonly {
    readonly name: string;
    /** Null to cancel what is under way. */
    readonly partitions: readonly { readonly partitionIndex: number; readonly replicas: readonly BrokerId[] | null }[];
  }[];
}

export interface AlterPartitionReassignmentsResponse {
  readonly errorCode: ErrorCode;
  readonly responses: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: ErrorCode }[];
  }[];
}
