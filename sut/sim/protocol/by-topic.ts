/** Groups what is asked of partitions by their topics, as most requests of the protocol do; topics in order of first mention. */
export function byTopic<T>(
  entries: readonly (readonly [topic: string, of: T])[],
): readonly (readonly [string, readonly T[]])[] {
  const topics: (readonly [string, T[]])[] = [];
  for (const [topic, of] of entries) {
    const known = topics.find(([name]) => name === topic);
    if (known === undefined) topics.push([topic, [of]]);
    else known[1].push(of);
  }
  return topics;
}
