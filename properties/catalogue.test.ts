import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf } from "../harness/seed.ts";
import type { History, HistoryEvent } from "../model/history.ts";
import { drawFrom } from "../model/random.ts";
import type { Draw } from "../model/random.ts";
import type { TrialOptions } from "../model/schedule.ts";
import { playInMemory } from "../sut/sim/play.ts";
import { properties } from "./catalogue.ts";
import {
  acked,
  assigned,
  begins,
  changed,
  commitAcked,
  commits,
  delivered,
  described,
  down,
  groupAtEnd,
  historyOf,
  killed,
  limitReached,
  optionsOf,
  partitionAtEnd,
  processed,
  readBack,
  send,
  started,
  unclear,
} from "./hand-made-history.ts";
import { judge } from "./judge.ts";

const filesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => name.replace(/\.ts$/, ""));

test("each property has an id of its own, which is the name of its file, and each file is in the catalogue", () => {
  const ids = properties.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const files = [...filesIn("./safety/"), ...filesIn("./liveness/")];
  expect([...ids].toSorted()).toEqual(files.toSorted());
});

test("what must always be true is in safety, what must come to be true in liveness", () => {
  const byFolder = { always: filesIn("./safety/"), eventually: filesIn("./liveness/") };
  for (const { expectation, id } of properties) expect(byFolder[expectation]).toContain(id);
});

test.each(properties.map((property) => [property.id, property] as const))(
  "%s says what it states, who promises it and when",
  (_id, property) => {
    expect(property.sentence).toMatch(/^[A-Z].{20,}\.$/);
    expect(property.source.length).toBeGreaterThan(10);
    expect(property.assumes.length).toBeGreaterThan(0);
  },
);

const handMade = historyOf(
  [
    changed("orders-0", { leader: 1, epoch: 0, isr: [1, 2, 3] }),
    changed("__consumer_offsets-0", { leader: 1, epoch: 0, isr: [1, 2] }),
  ],
  [
    started("p1"),
    started("c1"),
    send("s1"),
    acked("s1", 0),
    send("s2"),
    unclear("s2"),
    send("s3", "orders-1", "p2"),
    acked("s3", 0, "p2"),
  ],
  [assigned("c1/1", "orders-0", "orders-1"), begins("c1/1", "orders-0@0"), delivered("c1/1", "orders-0@0", "s1")],
  [
    processed("c1/1", "orders-0@0", "s1"),
    commits("c1/1", 1, "orders-0@1"),
    commitAcked("c1", 1),
    killed("c1"),
    down(1, "power-lost"),
  ],
  [
    changed("orders-0", { leader: 2, epoch: 1, isr: [2, 3] }),
    assigned("c2/2", "orders-0"),
    begins("c2/2", "orders-0@1", "committed"),
  ],
  [delivered("c2/2", "orders-0@1", "s2"), processed("c2/2", "orders-0@1", "s2"), limitReached("drain", "s4")],
  described({ groups: [groupAtEnd({ committed: ["orders-0@1"] })], partitions: [partitionAtEnd("orders-0", 2, [2, 3])] }),
  readBack("orders-0", "s1", "s2"),
  readBack("orders-1", "s3"),
);

const generated = ["x:1", "x:2", "x:3"].map((seed) => {
  const schedule = generateSchedule(rootOf(seed));
  return { options: schedule.options, history: playInMemory(schedule).history };
});

/** Drops, repeats and swaps events, and now and then makes a number of one absurd. */
function mutated(history: History, draw: Draw): History {
  const events: HistoryEvent[] = [...history];
  for (let times = draw.integer(1, 8); times > 0; times--) {
    const at = draw.integer(0, events.length - 1);
    const other = draw.integer(0, events.length - 1);
    const event = events[at]!;
    switch (draw.integer(0, 4)) {
      case 0:
        events.splice(at, draw.integer(1, 10));
        break;
      case 1:
        events.splice(other, 0, event);
        break;
      case 2:
        events[at] = events[other]!;
        events[other] = event;
        break;
      case 3:
        events[at] = withOddNumbers(event, draw);
        break;
      case 4:
        events.splice(at);
    }
    if (events.length === 0) return events;
  }
  return events;
}

const withOddNumbers = (event: HistoryEvent, draw: Draw): HistoryEvent =>
  Object.fromEntries(
    Object.entries(event).map(([key, value]) => [
      key,
      typeof value === "number" && key !== "atUs" ? draw.pick([-1, 0, value + 1, 9, 1e15]) : (value as unknown),
    ]),
  ) as unknown as HistoryEvent;

describe("no property throws", () => {
  const bases: readonly { readonly options: TrialOptions; readonly history: History }[] = [
    { options: optionsOf(), history: handMade },
    {
      options: optionsOf({
        producer: { acks: "1", "enable.idempotence": false },
        topic: { "unclean.leader.election.enable": true },
      }),
      history: handMade,
    },
    ...generated,
  ];
  const draw = drawFrom(rootOf("mutations"), "histories");

  test.each([0, 1, 2, 3, 4, 5])("whatever the history holds, part %i of 300 mutated histories", (part) => {
    for (let nth = 0; nth < 50; nth++) {
      const own = draw.fork(`${part}/${nth}`);
      const { history, options } = own.pick(bases);
      const odd = mutated(history, own);
      const { judged } = judge(options, odd, properties);
      for (const { verdict } of judged) {
        if (!("breaches" in verdict)) continue;
        for (const { witness } of verdict.breaches) for (const at of witness) expect(odd[at]).toBeDefined();
      }
    }
  });

  test("mutations do show: some of them are violations", () => {
    const kinds = Array.from({ length: 40 }, (_, nth) => {
      const odd = mutated(generated[0]!.history, draw.fork(`shows ${nth}`));
      return judge(generated[0]!.options, odd, properties).judged.some(({ verdict }) => verdict.kind === "violated");
    });
    expect(kinds.filter((isViolated) => isViolated).length).toBeGreaterThan(10);
  });
});
