/**
 * Which partition, out of all, does the hash of a key stand for? The sign bit is cleared: neither the remainder of a negative
 * number nor an absolute value will do, because all clients have to agree.
 *
 * Source: the documentation of `partitioner.class`; `BuiltInPartitioner.partitionForKey` and `Utils.toPositive`.
 */
export const partitionOfHash = (hash: number, partitions: number): number => (hash & 0x7fffffff) % partitions;
