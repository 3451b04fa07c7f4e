/** Every request of Kafka's protocol that the in-memory cluster speaks, with its response. */

import type * as cluster from "./cluster.ts";
import type * as deletion from "./delete-records.ts";
import type * as fetch from "./fetch.ts";
import type * as group from "./group.ts";
import type * as produce from "./produce.ts";
import type * as transaction from "./transaction.ts";
import type * as reassignment from "./reassignments.ts";

export interface ResponseTo {
  readonly Produce: produce.ProduceResponse;
  readonly InitProducerId: produce.InitProducerIdResponse;
  readonly AllocateProducerIds: produce.AllocateProducerIdsResponse;
  readonly Fetch: fetch.FetchResponse;
  readonly ListOffsets: fetch.ListOffsetsResponse;
  readonly DeleteRecords: deletion.DeleteRecordsResponse;
  readonly Metadata: cluster.MetadataResponse;
  readonly BrokerRegistration: cluster.BrokerRegistrationResponse;
  readonly BrokerHeartbeat: cluster.BrokerHeartbeatResponse;
  readonly AlterPartition: cluster.AlterPartitionResponse;
  readonly ElectLeaders: cluster.ElectLeadersResponse;
  readonly AlterPartitionReassignments: reassignment.AlterPartitionReassignmentsResponse;
  readonly Vote: cluster.VoteResponse;
  readonly BeginQuorumEpoch: cluster.BeginQuorumEpochResponse;
  readonly FindCoordinator: group.FindCoordinatorResponse;
  readonly JoinGroup: group.JoinGroupResponse;
  readonly SyncGroup: group.SyncGroupResponse;
  readonly Heartbeat: group.HeartbeatResponse;
  readonly LeaveGroup: group.LeaveGroupResponse;
  readonly OffsetCommit: group.OffsetCommitResponse;
  readonly OffsetFetch: group.OffsetFetchResponse;
  readonly AddPartitionsToTxn: transaction.AddPartitionsToTxnResponse;
  readonly AddOffsetsToTxn: transaction.AddOffsetsToTxnResponse;
  readonly TxnOffsetCommit: transaction.TxnOffsetCommitResponse;
  readonly EndTxn: transaction.EndTxnResponse;
  readonly WriteTxnMarkers: transaction.WriteTxnMarkersResponse;
}

export type Api = keyof ResponseTo;

export type Request =
  | produce.ProduceRequest
  | produce.InitProducerIdRequest
  | produce.AllocateProducerIdsRequest
  | fetch.FetchRequest
  | fetch.ListOffsetsRequest
  | deletion.DeleteRecordsRequest
  | cluster.MetadataRequest
  | cluster.BrokerRegistrationRequest
  | cluster.BrokerHeartbeatRequest
  | cluster.AlterPartitionRequest
  | cluster.ElectLeadersRequest
  | reassignment.AlterPartitionReassignmentsRequest
  | cluster.VoteRequest
  | cluster.BeginQuorumEpochRequest
  | group.FindCoordinatorRequest
  | group.JoinGroupRequest
  | group.SyncGroupRequest
  | group.HeartbeatRequest
  | transaction.AddPartitionsToTxnRequest
  | transaction.AddOffsetsToTxnRequest
  | transaction.TxnOffsetCommitRequest
  | transaction.EndTxnRequest
  | transaction.WriteTxnMarkersRequest
  | group.LeaveGroupRequest
  | group.OffsetCommitRequest
  | group.OffsetFetchRequest;

export type Response = ResponseTo[Api];

/** Answers one request; called exactly once. */
export type Respond<A extends Api> = (response: ResponseTo[A]) => void;

/** The request of one kind. */
export type RequestOf<A extends Api> = Extract<Request, { readonly api: A }>;
