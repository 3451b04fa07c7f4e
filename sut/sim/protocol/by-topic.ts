/** Groups what is asked of partitions by their topics, as most requests of the protocol do; topics in order of first mention. */
export function byTopic<T>(entries: readonly (readonly [topic: string, of: T])[]): readonly (readonly [string, readonly T[]])[] {
  const topics = new Map<string, T[]>();
  for (const [topic, of] of entries) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [of]);
    else known.push(of);
  }
  return [...topics];
}
