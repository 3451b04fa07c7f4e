import { expect, test } from "vitest";
import { defaultBrokerSettings } from "../../../model/settings.ts";
import { brokerEnvironment } from "./broker-environment.ts";

const environment = brokerEnvironment({
  node: 2,
  nodes: 3,
  clusterId: "an-id",
  networks: { access: "a", mesh: "m", meshAddress: (node) => `10.0.0.${node}` },
  hostPort: 20_001,
});

const variableOf = (setting: string): string => `KAFKA_${setting.replaceAll(".", "_").toUpperCase()}`;

test("a real broker has the settings that the in-memory one has", () => {
  const notSet = ["eligible.leader.replicas.version", "broker.rack", "replica.selector.class"];
  for (const setting of notSet) expect(environment).not.toHaveProperty([variableOf(setting)]);
  for (const [setting, value] of Object.entries(defaultBrokerSettings)) {
    if (!notSet.includes(setting)) expect([setting, environment[variableOf(setting)]]).toEqual([setting, String(value)]);
  }
});

test("clients come in through the host's port, and brokers find each other by address", () => {
  expect(environment["KAFKA_NODE_ID"]).toBe("2");
  expect(environment["KAFKA_ADVERTISED_LISTENERS"]).toBe("BROKER://10.0.0.2:19092,CLIENT://127.0.0.1:20001");
  expect(environment["KAFKA_CONTROLLER_QUORUM_VOTERS"]).toBe("1@10.0.0.1:9093,2@10.0.0.2:9093,3@10.0.0.3:9093");
  expect(environment["CLUSTER_ID"]).toBe("an-id");
});
