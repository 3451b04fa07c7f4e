import { describe, expect, test } from "vitest";
import type { History } from "../../model/history.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { properties } from "../../properties/catalogue.ts";
import { exactlyOnceProcessing } from "../../properties/safety/exactly-once-processing.ts";
import { judge } from "../../properties/judge.ts";
import { allOf, fault, placeOf, sends, starts, trialOf } from "./hand-made-trials.ts";
import type { TrialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

/** Group `billing` makes output of `orders` for both partitions of `shipments`. */
function processing(how: TrialOf, timeoutMs: number, ...steps: readonly (Step | readonly Step[])[]): Schedule {
  const schedule = trialOf({ consumer: { "isolation.level": "read_committed" }, group: {}, ...how }, ...steps);
  const { options } = schedule;
  const topic = { name: "shipments", partitions: 2, replicationFactor: 3, config: {} };
  const output = { topic: "shipments", config: { "linger.ms": 0, "transaction.timeout.ms": timeoutMs } };
  const groups = options.groups.map((group) => ({ ...group, commit: "in-transaction" as const, output }));
  return { ...schedule, options: { ...options, topics: [...options.topics, topic], groups } };
}

function held(schedule: Schedule): History {
  const { history } = playInMemory(schedule);
  const { judged } = judge(schedule.options, history, properties);
  expect(judged.filter(({ verdict }) => verdict.kind === "violated")).toEqual([]);
  expect(judged.find(({ property }) => property === exactlyOnceProcessing)?.verdict.kind).toBe("holds");
  return history;
}

const offsetsOf = (history: History): readonly (number | undefined)[] =>
  allOf(history, "commit-started").map(({ offsets }) => offsets[0]?.offset);
const fates = (history: History): readonly string[] =>
  allOf(history, "transactional-offsets-ended").map(({ offsets, outcome }) => `${outcome} ${offsets[0]?.offset}`);

describe.each([
  ["0", { "transaction.version": 0 }],
  ["2", {}],
] as const)("with transaction.version=%s", (_version, broker) => {
  test("offsets are committed with the output, and count when the marker has come", () => {
    const history = held(processing({ broker }, 3000, starts("c1"), sends(3, { fromMs: 1000, everyMs: 200 })));
    expect(offsetsOf(history)).toEqual([1, 2, 3]);
    expect(fates(history)).toEqual(["commit 1", "commit 2", "commit 3"]);
    expect(allOf(history, "transaction-ended").map(({ outcome }) => outcome)).toEqual(["committed", "committed", "committed"]);
    const isOfGroup = ({ partition }: { readonly partition: string }): boolean => partition.startsWith("shipments");
    expect(allOf(history, "read-back").filter(isOfGroup)).toHaveLength(3);
    expect(allOf(history, "transaction-stored").some(({ partitions }) => partitions.some((one) => one.startsWith("__")))).toBe(
      true,
    );
  });

  test("whoever takes over waits until it is decided about the offsets of a member that died, and makes the output again", () => {
    // The member has sent its offsets, and dies before it can ask for the end.
    const history = held(
      processing(
        { broker, group: { members: ["c1", "c2"] } },
        3500,
        starts("c1"),
        sends(1, { fromMs: 1000 }),
        fault("f1", { ms: 900 }, { kind: "delay-request", from: "client c1", api: "EndTxn", delayMs: 9000 }),
        fault("f2", { processed: "s1", ms: 250 }, { kind: "kill-client", client: "c1" }, 9000),
        { id: "m2", after: { played: "f2", ms: 5 }, do: { kind: "start-member", member: "c2" } },
      ),
    );
    expect(fates(history)).toEqual(["abort 1", "commit 1"]);
    const aborted = placeOf(history, "transactional-offsets-ended");
    expect(placeOf(history, "position-set", ({ client }) => client === "c2")).toBeGreaterThan(aborted);
    expect(placeOf(history, "assigned", ({ client }) => client === "c2")).toBeLessThan(aborted);
    expect(allOf(history, "processed").map(({ client }) => client)).toEqual(["c1", "c2"]);
  });

  test("the next coordinator of the group knows of offsets about which it is not decided yet", () => {
    const history = held(
      processing(
        { broker },
        6000,
        starts("c1"),
        sends(1, { fromMs: 1000 }),
        fault("f1", { ms: 900 }, { kind: "delay-request", from: "client c1", api: "EndTxn", delayMs: 4000 }),
        fault("f2", { processed: "s1", ms: 250 }, { kind: "kill-broker", target: "coordinatorOf(billing)" }, 3000),
      ),
    );
    expect(allOf(history, "group-loaded").map(({ pending }) => pending?.[0]?.offset)).toContain(1);
    expect(fates(history)).toEqual(["commit 1"]);
  });

  test("a member whose transaction took too long gives up what it has done, and goes on with another producer", () => {
    const history = held(
      processing(
        { broker },
        1000,
        starts("c1"),
        sends(2, { fromMs: 1000, everyMs: 0 }),
        fault("f1", { ms: 900 }, { kind: "slow-handler", client: "c1", handlerMs: 1900 }, 4000),
      ),
    );
    expect(allOf(history, "rewound").length).toBeGreaterThan(0);
    expect(allOf(history, "commit-refused").length).toBeGreaterThan(0);
    expect(offsetsOf(history).at(-1)).toBe(2);
  });

  test("a member that has lost its partitions cannot commit what it has made of their records", () => {
    const history = held(
      processing(
        { broker, group: { members: ["c1", "c2"], handlerMs: 50 } },
        6000,
        starts("c1", "c2"),
        sends(6, { fromMs: 400, everyMs: 1 }),
        fault("f1", { processed: "s2" }, { kind: "pause-client", client: "c1" }, 2600),
        fault("f2", { processed: "s2" }, { kind: "pause-client", client: "c2" }, 100),
      ),
    );
    const refused = allOf(history, "commit-rejected").filter(({ isTransactional }) => isTransactional === true);
    expect(refused.map(({ error }) => error)).toEqual(["UNKNOWN_MEMBER_ID"]);
  });
});
