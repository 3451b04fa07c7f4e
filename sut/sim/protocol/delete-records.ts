/** `DeleteRecords` (KIP-107): an administrator moves the log start of a partition at its leader. */

import type { ErrorCode } from "../../../model/error-code.ts";
import type { Offset } from "../../../model/ids.ts";

export interface DeleteRecordsRequest {
  readonly api: "DeleteRecords";
  readonly topics: readonly {
    readonly name: string;
    /** Records before `offset` are to go; -1 for all that are committed. */
    readonly partitions: readonly { readonly partitionIndex: number; readonly offset: Offset }[];
  }[];
}

export interface DeleteRecordsResponse {
  readonly topics: readonly {
    readonly name: string;
    /** `lowWatermark` is the log start of the leader; -1 with an error. */
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly lowWatermark: Offset;
      readonly errorCode: ErrorCode;
    }[];
  }[];
}
