import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kafkaRules } from "./rules.ts";

const folder = new URL(".", import.meta.url);
const files = readdirSync(folder).filter((name) => !name.endsWith(".test.ts") && name !== "rules.ts");

test("every rule file names the source that it follows", () => {
  const silent = files.filter((name) => !/Source: |Leaves out|KIP-|KAFKA-/.test(readFileSync(new URL(name, folder), "utf8")));
  expect(silent).toEqual([]);
});

test("every rule file has its tests beside it", () => {
  const present = new Set(readdirSync(folder));
  expect(files.filter((name) => !present.has(name.replace(/\.ts$/, ".test.ts")))).toEqual([]);
});

test("Kafka's rules are functions, each under its own name", () => {
  for (const [name, rule] of Object.entries(kafkaRules)) expect(rule.name).toBe(name);
});
