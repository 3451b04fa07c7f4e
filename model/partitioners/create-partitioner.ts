import type { ProducerSettings } from "../settings.ts";
import { DefaultPartitioner } from "./default-partitioner.ts";
import { CheckedPartitioner } from "./own-partitioner.ts";
import type { OwnPartitioner } from "./own-partitioner.ts";
import type { ChanceOf, Partitioner } from "./partitioner.ts";
import { RoundRobinPartitioner } from "./round-robin.ts";
import { StickyPartitioner } from "./sticky.ts";

/** The short names of `partitioner.class` that come with kafka-trial. */
export const builtInPartitioners: readonly string[] = ["default", "round-robin", "sticky"];

export interface PartitionerOptions {
  readonly settings: ProducerSettings;
  readonly own: readonly OwnPartitioner[];
  readonly chanceOf: ChanceOf;
  readonly partitionOfKey: (key: string, partitions: number) => number;
}

/** The partitioner of one producer. A schedule that was checked names one that there is. */
export function createPartitioner({ chanceOf, own, partitionOfKey, settings }: PartitionerOptions): Partitioner {
  const name = settings["partitioner.class"];
  switch (name) {
    case "round-robin":
      return new RoundRobinPartitioner();
    case "sticky":
      return new StickyPartitioner(chanceOf);
    case "default": {
      const ignoresKeys = settings["partitioner.ignore.keys"];
      return new DefaultPartitioner({ batchSize: settings["batch.size"], ignoresKeys, chanceOf, partitionOfKey });
    }
    default: {
      const found = own.find(({ id }) => id === name);
      if (found === undefined) throw new RangeError(`nobody has brought the partitioner "${name}"`);
      return new CheckedPartitioner(found);
    }
  }
}
