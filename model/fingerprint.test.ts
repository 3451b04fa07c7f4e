import { expect, test } from "vitest";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf } from "../harness/seed.ts";
import { playInMemory } from "../sut/sim/play.ts";
import { fingerprintOf, firstDifference } from "./fingerprint.ts";
import type { History, HistoryEvent } from "./history.ts";

const event = (fields: object): HistoryEvent => ({
  evidence: "harness",
  kind: "phase-started",
  phase: "play",
  atUs: 0,
  ...fields,
});
const base: History = [event({}), event({ phase: "heal", atUs: 5 }), event({ phase: "end", atUs: 9 })];

test("it is sixteen hexadecimal digits", () => {
  for (const history of [[], base]) expect(fingerprintOf(history)).toMatch(/^[0-9a-f]{16}$/);
});

test("it stays the same from version to version, or stored trials could not be compared", () => {
  expect([fingerprintOf([]), fingerprintOf(base)]).toMatchInlineSnapshot(`
    [
      "9e3779b97f4a7c15",
      "46e1944ee86f8f01",
    ]
  `);
});

test("the order of fields does not matter, the order of events does", () => {
  const turned = base.map((one) => Object.fromEntries(Object.entries(one).toReversed()) as unknown as HistoryEvent);
  expect(fingerprintOf(turned)).toBe(fingerprintOf(base));
  expect(fingerprintOf([base[1]!, base[0]!, base[2]!])).not.toBe(fingerprintOf(base));
});

test.each([
  ["another text", { phase: "drain" }],
  ["another number", { atUs: 6 }],
  ["a negative number", { atUs: -5 }],
  ["a number beyond 32 bits", { atUs: 5 + 2 ** 32 }],
  ["a fraction", { atUs: 5.5 }],
  ["one more field", { extra: 0 }],
  ["a number instead of its text", { atUs: "5" }],
  ["null", { atUs: null }],
  ["true", { atUs: true }],
  ["a list", { atUs: [5] }],
])("%s makes another fingerprint", (_what, change) => {
  const other = base.with(1, event({ phase: "heal", atUs: 5, ...change }));
  expect(fingerprintOf(other)).not.toBe(fingerprintOf(base));
  expect(firstDifference(base, other)).toBe(1);
});

test("fractions differ from one another as well", () => {
  const at = (atUs: number): string => fingerprintOf([event({ atUs })]);
  expect(new Set([0.1, 0.2, 0.25, 0.5, 1.5].map(at)).size).toBe(5);
});

test("lists and nested objects are told apart by what is where", () => {
  const prints = [
    [1, 2],
    [2, 1],
    [[1], 2],
    [1, 2, 0],
    [],
    {},
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    { a: { b: 1 } },
    { b: { a: 1 } },
  ].map((extra) => fingerprintOf([event({ extra })]));
  expect(new Set(prints).size).toBe(prints.length);
});

test("a history has the same fingerprint after it was stored and read again", () => {
  const { history } = playInMemory(generateSchedule(rootOf("x:1")));
  expect(fingerprintOf(JSON.parse(JSON.stringify(history)) as History)).toBe(fingerprintOf(history));
});

test("where two histories part is the first event that differs, or the first that only one of them has", () => {
  expect(firstDifference(base, [...base])).toBeUndefined();
  expect(firstDifference([], [])).toBeUndefined();
  expect(firstDifference(base, base.slice(0, 2))).toBe(2);
  expect(firstDifference(base.slice(0, 1), base)).toBe(1);
  expect(firstDifference(base, base.with(0, event({ atUs: 1 })).with(2, event({})))).toBe(0);
});
