/**
 * How quickly real Kafka is there, and how many trials a minute it plays: three brokers, forty sends with acks=all, a group of
 * two, one kill of a leader and its heal, all properties judged.
 *
 *   node bench/kafka.ts [trials]
 */

import { startKafka } from "../sut/kafka/start.ts";
import { objections } from "../test/kafka/objections.ts";
import { faultAndHeal, trial } from "../test/kafka/schedules.ts";

const trials = Number(process.argv[2] ?? 10);
const schedule = trial({ faults: faultAndHeal({ kind: "kill-broker", target: "leaderOf(orders-0)" }, 800) });
const secondsSince = (startMs: number): string => ((performance.now() - startMs) / 1000).toFixed(1);

const coldMs = performance.now();
await using kafka = await startKafka({ onProgress: (text) => console.error(text) });
console.log(`in service after ${secondsSince(coldMs)} s: Kafka ${kafka.version}`);

let warmMs = coldMs;
for (let at = 0; at <= trials; at++) {
  const startMs = performance.now();
  const { history } = await kafka.play(schedule);
  const violated = objections(schedule, history);
  const said = violated.length === 0 ? "everything holds" : `violated: ${violated.join(" ")}`;
  console.log(`trial ${at} in ${secondsSince(startMs)} s: ${said}`);
  if (at > 0) continue;
  console.log(`first verdict after ${secondsSince(coldMs)} s`);
  warmMs = performance.now();
}
const minutes = (performance.now() - warmMs) / 60_000;
console.log(`${(trials / minutes).toFixed(1)} trials a minute`);
