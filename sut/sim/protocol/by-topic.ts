/**
 * Groups what is asked of partitions by their topics, as most requests of the protocol do; topics in order of first mention.
 * `entryOf` makes of a topic's items what the request has for the topic.
 */
export function byTopic<Item, Entry>(
  items: readonly Item[],
  topicOf: (item: Item) => string,
  entryOf: (topic: string, items: readonly Item[]) => Entry,
): readonly Entry[] {
  if (items.length === 0) return [];
  const first = topicOf(items[0]!);
  // Most requests are about one topic, and there are many requests.
  if (items.every((item) => topicOf(item) === first)) return [entryOf(first, items)];
  const topics = new Set(items.map(topicOf));
  const itemsOf = (topic: string): readonly Item[] => items.filter((item) => topicOf(item) === topic);
  return [...topics].map((topic) => entryOf(topic, itemsOf(topic)));
}
