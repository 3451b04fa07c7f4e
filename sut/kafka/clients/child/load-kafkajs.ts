import type kafkajs from "kafkajs";

export type Kafkajs = typeof kafkajs;

/** kafkajs, the client under test. Only the processes of clients load it. */
export async function loadKafkajs(): Promise<Kafkajs> {
  const loaded = await import("kafkajs");
  return loaded.default;
}
