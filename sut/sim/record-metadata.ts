import { noLeader } from "../../model/ids.ts";
import type { MetadataImage, MetadataRecord } from "./controller/metadata-image.ts";
import type { RecordBatch } from "./protocol/record-batch.ts";
import type { Recorder } from "./recorder.ts";

/** Tells the history what the controllers have decided, record by record, and brings `image` up to date with it. */
export function recordMetadata(record: Recorder, image: MetadataImage, batch: RecordBatch<MetadataRecord>): void {
  const { partitionLeaderEpoch: controllerEpoch } = batch;
  for (const { value } of batch.records) {
    const partition = image.apply(value);
    if (partition !== undefined) {
      const { addingReplicas, elr, isr, isRecovering, lastKnownLeader, leader, leaderEpoch, name } = partition;
      const { partitionEpoch, removingReplicas, replicas } = partition;
      const isNobodyEligible = isr.length === 0 && elr.length === 0;
      record.broker({
        kind: "partition-changed",
        controllerEpoch,
        partition: name,
        replicas,
        addingReplicas,
        removingReplicas,
        leader,
        leaderEpoch,
        isr,
        elr,
        lastKnownLeader: isNobodyEligible ? lastKnownLeader : noLeader,
        isRecovering,
        partitionEpoch,
        ...(value.type === "PartitionChangeRecord" && value.isUncleanAsked === true && { isUncleanAsked: true }),
      });
    } else if (value.type === "RegisterBrokerRecord") {
      const { brokerEpoch, brokerId: broker, fenced, isUnclean } = value;
      record.broker({ kind: "broker-registered", controllerEpoch, broker, brokerEpoch, fenced, isUnclean });
    } else if (value.type === "BrokerRegistrationChangeRecord") {
      const { brokerId: broker, fenced } = value;
      if (fenced === undefined) record.broker({ kind: "broker-shutting-down", controllerEpoch, broker });
      else record.broker({ kind: fenced ? "broker-fenced" : "broker-unfenced", controllerEpoch, broker });
    } else if (value.type === "LeaderChangeRecord") {
      record.broker({ kind: "controller-elected", broker: value.leaderId, epoch: controllerEpoch });
    }
  }
}
