/** The topics and groups that a trial has for itself: made before it, and removed after it. */

import { brokerId, topicPartition } from "../../../model/ids.ts";
import type { BrokerId, MemberId, TopicPartition } from "../../../model/ids.ts";
import type { TrialOptions } from "../../../model/schedule.ts";
import { defaultBrokerSettings, withDefaults } from "../../../model/settings.ts";
import type { TopicSettings } from "../../../model/settings.ts";
import type { Observer } from "../cluster/observer.ts";
import { KafkaError } from "../kafka-error.ts";
import { until } from "../until.ts";
import { deleteGroup, describeGroup, removeMembers } from "../wire/groups.ts";
import { createTopics, deleteTopics } from "../wire/topics.ts";
import type { NewTopic } from "../wire/topics.ts";
import type { TrialNames } from "./trial-names.ts";

/** How long brokers may take until all of them know a new topic with all of its replicas. */
const creationLimitMs = 30_000;
const removalLimitMs = 10_000;
const topicExists = 36;
const noSuchTopic = 3;
const noSuchGroup = 69;

/** All partitions of the topics, with their names in the schedule. */
export const partitionsOf = (topics: TrialOptions["topics"]): readonly TopicPartition[] =>
  topics.flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, index) => topicPartition(name, index)));

interface Trial {
  readonly options: TrialOptions;
  readonly names: TrialNames;
  readonly observer: Observer;
}

/** Creates the trial's topics and returns when every broker sees every replica in sync. */
export async function createTrialTopics({ names, observer, options }: Trial, signal: AbortSignal | undefined): Promise<void> {
  const topics = options.topics.map((topic, at): NewTopic => {
    const { config, name, partitions, replicationFactor } = topic;
    // As the in-memory cluster places them: one broker further for each partition, and for each topic.
    const assignment = Array.from({ length: partitions }, (_, index) =>
      replicas(options.brokers, at + index, replicationFactor),
    );
    const settings = { ...settingsFromBroker(options), ...settingsThatBrokersTake(config) };
    const texts = Object.entries(settings).map(([key, value]) => [key, String(value)] as const);
    return { name: names.topic(name), assignment, config: Object.fromEntries(texts) };
  });
  const partitions = partitionsOf(options.topics).map((partition) => names.partition(partition));
  let isCreated = false;
  const look = async (): Promise<readonly string[]> => {
    if (!isCreated) {
      const results = (await observer.askAny((peer) => createTopics(peer, topics))) ?? [];
      isCreated = results.length > 0 && results.every(({ errorCode }) => errorCode === 0 || errorCode === topicExists);
      if (!isCreated) return [`topics to be created (errors ${results.map(({ errorCode }) => errorCode).join(", ")})`];
    }
    return (await observer.replication(partitions)).missing;
  };
  const missing = await until(look, { limitMs: creationLimitMs, everyMs: 10, signal });
  if (missing.length === 0) return;
  throw new KafkaError("KAFKA_CLUSTER_LOST", `the topics of a trial were not created: waited for ${missing.join(", ")}`);
}

/** Settings of brokers that a topic can have for itself, so that trials with different ones can share a cluster. */
export const settingsOfTopics: readonly (keyof TopicSettings)[] = ["min.insync.replicas", "unclean.leader.election.enable"];

/** Brokers refuse smaller segments (KIP-1030). */
export const segmentBytesMin = 1048576;

function settingsThatBrokersTake(config: Partial<TopicSettings>): Partial<TopicSettings> {
  const bytes = config["segment.bytes"];
  return bytes === undefined || bytes >= segmentBytesMin ? config : { ...config, "segment.bytes": segmentBytesMin };
}

function settingsFromBroker({ brokerConfig }: TrialOptions): Partial<TopicSettings> {
  const settings = withDefaults(defaultBrokerSettings, brokerConfig);
  return {
    "min.insync.replicas": settings["min.insync.replicas"],
    "unclean.leader.election.enable": settings["unclean.leader.election.enable"],
  };
}

function replicas(brokers: number, first: number, count: number): readonly BrokerId[] {
  return Array.from({ length: count }, (_, nth) => brokerId(((first + nth) % brokers) + 1));
}

/** Removes the trial's topics, and its groups with whoever is still in them. What cannot be removed in time is left. */
export async function removeTrialTopics({ names, observer, options }: Trial): Promise<void> {
  const groups = options.groups.map(({ id }) => removeGroup(observer, names.group(id)));
  const topics = options.topics.map(({ name }) => names.topic(name));
  const deletion = until(
    async () => {
      const results = await observer.askAny((peer) => deleteTopics(peer, topics));
      const isDone = results?.every(({ errorCode }) => errorCode === 0 || errorCode === noSuchTopic) ?? false;
      return isDone ? [] : ["topics to be deleted"];
    },
    { limitMs: removalLimitMs },
  );
  await Promise.all([...groups, deletion]);
}

/** Members are gone by now, but the coordinator only finds that out when their sessions expire: it is told. */
function removeGroup(observer: Observer, group: string): Promise<readonly string[]> {
  return until(
    async () => {
      const coordinator = await observer.coordinator(group);
      const peer = coordinator === undefined ? undefined : observer.peer(coordinator);
      if (peer === undefined) return ["a coordinator"];
      const described = await describeGroup(peer, group).catch(() => undefined);
      const members: readonly MemberId[] = described?.members.map(({ member }) => member) ?? [];
      if (members.length > 0) await removeMembers(peer, group, members).catch(() => undefined);
      const error = await deleteGroup(peer, group).catch(() => -1);
      return error === 0 || error === noSuchGroup ? [] : [`group ${group} to be deleted`];
    },
    { limitMs: removalLimitMs },
  );
}
