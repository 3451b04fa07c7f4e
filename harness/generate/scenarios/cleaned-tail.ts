import { topicPartition } from "../../../model/ids.ts";
import { partitionOfKey } from "../../../model/partitioners/murmur2.ts";
import type { After, Step, TopicOptions, TrialOptions } from "../../../model/schedule.ts";
import { isCompacted } from "../../../model/settings.ts";
import { afterStep, fault, heal, pastSessionMs, soonMs } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Who cleans for the sake of records that nobody else has is left with neither the old record nor the new one, and leads again. The
 * producer dies, because it would write the record again.
 */
export const cleanedTail: Scenario = {
  id: "cleaned-tail",
  sentence: "A leader that is cut off is sent the next records of a key, cleans its log, loses them and leads again.",
  kinds: ["isolate-broker", "kill-client", "elect-leader"],
  isRare: true,
  isPossible: (options) => options.producers.length > 0 && cleanedTopics(options).length > 0,
  generate: (draw, { options, spanMs, work }) => {
    const topics = cleanedTopics(options);
    const keys = work.flatMap(({ do: what }) => (what.kind === "send" && what.key !== undefined ? [what.key] : []));
    const topic = draw.pick(topics);
    const key = draw.pick(keys.length > 0 ? keys : ["k0"]);
    const partition = topicPartition(topic.name, partitionOfKey(key, topic.partitions));
    const producer = draw.pick(options.producers).id;
    const writeAgain = (nth: number, after: After): Step => ({
      id: `w${nth}`,
      after,
      do: { kind: "send", producer, topic: topic.name, key },
    });
    // By then clients' work is done, and nobody writes a record of the key that counts.
    const quietMs = spanMs + 300 + soonMs(draw, 10);
    return [
      fault(1, { ms: quietMs }, { kind: "isolate-broker", target: `leaderOf(${partition})`, from: "brokers" }),
      writeAgain(1, afterStep("f1", soonMs(draw, 6))),
      writeAgain(2, afterStep("w1", 20 + soonMs(draw, 6))),
      writeAgain(3, afterStep("w2", 20 + soonMs(draw, 6))),
      fault(2, afterStep("w3", 20 + soonMs(draw, 6)), { kind: "kill-client", client: producer }),
      heal(1, afterStep("f2", pastSessionMs(draw, options))),
      fault(3, afterStep("h1", 1500 + soonMs(draw, 11)), { kind: "elect-leader", partition }),
    ];
  },
};

const cleanedTopics = ({ topics }: TrialOptions): readonly TopicOptions[] =>
  topics.filter(({ config, replicationFactor }) => isCompacted(config) && replicationFactor > 1);
