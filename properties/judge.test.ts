import { expect, test } from "vitest";
import { properties } from "./catalogue.ts";
import {
  acked,
  assigned,
  commitRefused,
  commits,
  delivered,
  historyOf,
  optionsOf,
  processed,
  readBack,
  send,
} from "./hand-made-history.ts";
import { classOf, judge } from "./judge.ts";
import type { Property } from "./property.ts";
import { noLostAckedRecord } from "./safety/no-lost-acked-record.ts";
import { noPhantomRecord } from "./safety/no-phantom-record.ts";

const history = historyOf(send("s1"), acked("s1", 0), readBack("orders-0", "stranger"));

test("each property gives one verdict, in the order in which they were given", () => {
  const { judged } = judge(optionsOf(), history, [noPhantomRecord, noLostAckedRecord]);
  expect(judged.map(({ property, verdict }) => [property.id, verdict.kind])).toEqual([
    ["no-phantom-record", "violated"],
    ["no-lost-acked-record", "violated"],
  ]);
});

test("with no properties nothing is judged, and sightings are noted all the same", () => {
  const sighting = historyOf([assigned("c1/1", "orders-0"), commits("c1/1", 1, "orders-0@1"), commitRefused("c1", 1)]);
  expect(judge(optionsOf(), sighting, [])).toEqual({
    judged: [],
    sighted: ["commit-refused"],
    exercised: new Map(),
  });
});

test("an empty history leaves every property without anything to say", () => {
  const { judged, sighted } = judge(optionsOf(), [], properties);
  expect(new Set(judged.map(({ verdict }) => verdict.kind))).toEqual(new Set(["unknown"]));
  expect(sighted).toEqual([]);
});

test("a property that a user brings along is judged like the others", () => {
  const own: Property = {
    id: "at-most-one-delivery",
    sentence: "A value is delivered once.",
    source: "our service",
    expectation: "always",
    evidence: "client",
    blames: "service",
    assumes: "nothing",
    check: (trial) => ({
      judged: trial.delivered.length,
      breaches: trial.delivered.slice(1).map(({ at }) => ({ message: "again", witness: [at] })),
    }),
  };
  const twice = historyOf([
    delivered("c1/1", "orders-0@0", "s1"),
    processed("c1/1", "orders-0@0", "s1"),
    delivered("c1/1", "orders-0@0", "s1"),
  ]);
  const [found] = judge(optionsOf(), twice, [own]).judged;
  expect(found).toEqual({ property: own, verdict: { kind: "violated", breaches: [{ message: "again", witness: [2] }] } });
});

test("a finding is a bug of whom the property blames, unless the breach knows better or a setting permits it", () => {
  const breach = { message: "lost", witness: [] };
  expect(classOf(noLostAckedRecord, breach)).toBe("broker-bug");
  expect(classOf(noLostAckedRecord, { ...breach, blames: "client" })).toBe("client-bug");
  const permission = { setting: "acks=1", why: "so it is" };
  expect(classOf(noLostAckedRecord, { ...breach, permission, blames: "client" })).toBe("your-settings-permit-this");
});
