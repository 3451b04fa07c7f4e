/** What the history is told of requests that the active controller turned down. */

import { errorName } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { EventOf, Unstamped } from "../../../model/history.ts";
import { topicPartition } from "../../../model/ids.ts";
import type { AlterPartitionData, AlterPartitionRequest, BrokerHeartbeatRequest } from "../protocol/cluster.ts";

type Told = EventOf<"isr-refused" | "registration-refused" | "heartbeat-refused" | "election-refused" | "reassignment-refused">;

/** Without the term in which it is refused, which the controller knows. */
export type Refusal = Untermed<Unstamped<Told>>;

type Untermed<Event> = Event extends unknown ? Omit<Event, "controllerEpoch"> : never;

export function refusedProposal(
  { brokerEpoch, brokerId: broker }: Pick<AlterPartitionRequest, "brokerEpoch" | "brokerId">,
  topic: string,
  proposal: AlterPartitionData,
  error: ErrorCode,
): Refusal {
  const { leaderEpoch, newIsrWithEpochs, partitionEpoch, partitionIndex } = proposal;
  return {
    kind: "isr-refused",
    partition: topicPartition(topic, partitionIndex),
    broker,
    brokerEpoch,
    leaderEpoch,
    partitionEpoch,
    isr: newIsrWithEpochs.map(({ brokerId }) => brokerId),
    brokerEpochs: newIsrWithEpochs.map(({ brokerEpoch }) => brokerEpoch),
    error: errorName(error),
  };
}

/** The sender itself is refused, and with it all that it proposes. */
export const refusedProposals = (request: AlterPartitionRequest, error: ErrorCode): readonly Refusal[] =>
  request.topics.flatMap(({ partitions, topicName }) =>
    partitions.map((proposal) => refusedProposal(request, topicName, proposal, error)),
  );

export const refusedHeartbeat = ({ brokerEpoch, brokerId: broker }: BrokerHeartbeatRequest, error: ErrorCode): Refusal => ({
  kind: "heartbeat-refused",
  broker,
  brokerEpoch,
  error: errorName(error),
});
