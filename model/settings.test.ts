import { expect, test } from "vitest";
import { defaultBrokerSettings, defaultConsumerSettings, defaultProducerSettings, withDefaults } from "./settings.ts";

test("overrides are laid over defaults, which stay as they were", () => {
  const settings = withDefaults(defaultProducerSettings, { acks: "1", retries: 0 });
  expect(settings).toEqual({ ...defaultProducerSettings, acks: "1", retries: 0 });
  expect(defaultProducerSettings).toMatchObject({ acks: "all", retries: 2147483647 });
  expect(withDefaults(defaultProducerSettings, undefined)).toBe(defaultProducerSettings);
  expect(withDefaults(defaultProducerSettings, {})).toEqual(defaultProducerSettings);
});

test("the defaults are of a kind that Kafka takes: what waits for something waits longer than that", () => {
  expect(defaultBrokerSettings["broker.session.timeout.ms"]).toBeGreaterThan(
    defaultBrokerSettings["broker.heartbeat.interval.ms"],
  );
  expect(defaultBrokerSettings["replica.lag.time.max.ms"]).toBeGreaterThan(defaultBrokerSettings["replica.fetch.wait.max.ms"]);
  expect(defaultBrokerSettings["replica.socket.timeout.ms"]).toBeGreaterThan(
    defaultBrokerSettings["replica.fetch.wait.max.ms"],
  );
  const producer = defaultProducerSettings;
  expect(producer["delivery.timeout.ms"]).toBeGreaterThanOrEqual(producer["linger.ms"] + producer["request.timeout.ms"]);
  const consumer = defaultConsumerSettings;
  expect(consumer["session.timeout.ms"]).toBeGreaterThan(consumer["heartbeat.interval.ms"]);
  expect(consumer["session.timeout.ms"]).toBeGreaterThanOrEqual(defaultBrokerSettings["group.min.session.timeout.ms"]);
  expect(consumer["request.timeout.ms"]).toBeGreaterThan(consumer["fetch.max.wait.ms"]);
  for (const settings of [producer, consumer])
    expect(settings["retry.backoff.max.ms"]).toBeGreaterThanOrEqual(settings["retry.backoff.ms"]);
});

test("Kafka's own promises are the defaults: acks=all, idempotence, no unclean elections, at most five in flight", () => {
  expect(defaultProducerSettings).toMatchObject({
    acks: "all",
    "enable.idempotence": true,
    "max.in.flight.requests.per.connection": 5,
  });
  expect(defaultBrokerSettings["unclean.leader.election.enable"]).toBe(false);
});
