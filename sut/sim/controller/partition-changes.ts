/**
 * What happens to partitions when the standing of a broker changes, as records of the metadata log. Pure.
 */

import type { BrokerId } from "../../../model/ids.ts";
import type { Election, ElectionQuestion } from "../rules/leader-election.ts";
import type { Rules } from "../rules/rules.ts";
import type { MetadataImage, MetadataRecord, PartitionRegistration } from "./metadata-image.ts";

type Changes = readonly MetadataRecord[];

/** A broker is fenced or shuts down: it leaves every ISR in which it is not alone, and leads no more. */
export function removeFromService(image: MetadataImage, rules: Rules, broker: BrokerId): Changes {
  const isAcceptable = (other: BrokerId): boolean => other !== broker && image.isActive(other);
  const changes: MetadataRecord[] = [];
  for (const partition of image.partitions.values()) {
    if (!partition.isr.includes(broker) && partition.leader !== broker) continue;
    const others = partition.isr.filter((member) => member !== broker);
    const isr = others.length > 0 ? others : partition.isr;
    const election = elect(image, rules, { ...partition, isr }, { kind: "online", isAcceptable });
    changes.push(...change(partition, isr, election));
  }
  return changes;
}

/** A broker may serve again: partitions without a leader can have one now. */
export function returnToService(image: MetadataImage, rules: Rules, broker: BrokerId): Changes {
  const isAcceptable = (other: BrokerId): boolean => other === broker || image.isActive(other);
  const leaderless = [...image.partitions.values()].filter(({ leader }) => leader < 0);
  return leaderless.flatMap((partition) =>
    change(partition, partition.isr, elect(image, rules, partition, { kind: "online", isAcceptable })),
  );
}

/** An administrator wants the preferred leader back. Empty where that changes nothing. */
export function preferLeader(image: MetadataImage, rules: Rules, partition: PartitionRegistration): Changes {
  const isAcceptable = (broker: BrokerId): boolean => image.isActive(broker);
  return change(partition, partition.isr, elect(image, rules, partition, { kind: "preferred", isAcceptable }));
}

function elect(
  image: MetadataImage,
  rules: Rules,
  partition: PartitionRegistration,
  how: Pick<ElectionQuestion, "kind" | "isAcceptable">,
): Election {
  const { isr, leader, replicas, topic } = partition;
  const uncleanAllowed = image.topics.get(topic)!.config["unclean.leader.election.enable"];
  return rules.electLeader({ replicas, isr, leader, uncleanAllowed, ...how });
}

function change(before: PartitionRegistration, isrWanted: readonly BrokerId[], election: Election): Changes {
  const isr = election.isUnclean ? [election.leader] : isrWanted;
  const isIsrNew = isr.length !== before.isr.length || isr.some((member, at) => member !== before.isr[at]);
  const isLeaderNew = election.leader !== before.leader;
  if (!isIsrNew && !isLeaderNew) return [];
  return [
    {
      type: "PartitionChangeRecord",
      topic: before.topic,
      partitionId: before.index,
      ...(isIsrNew && { isr }),
      ...(isLeaderNew && { leader: election.leader }),
    },
  ];
}
