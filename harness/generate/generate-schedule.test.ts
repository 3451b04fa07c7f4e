import { describe, expect, test } from "vitest";
import { builtInFaultKinds } from "../../fault-injection/catalogue.ts";
import { checkSchedule } from "../../fault-injection/check-schedule.ts";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import { isFault, waitsFor } from "../../model/schedule.ts";
import type { GroupOptions, ProducerOptions, Schedule, TopicOptions } from "../../model/schedule.ts";
import { checkScheduleForm } from "../../reports/schedule-schema.ts";
import { rootOf, trialSeed } from "../seed.ts";
import { generateSchedule } from "./generate-schedule.ts";
import type { GeneratorSettings } from "./settings.ts";
import type { Workload } from "./workload.ts";

const generate = (count: number, settings: GeneratorSettings = {}): readonly Schedule[] =>
  Array.from({ length: count }, (_, nth) => generateSchedule(rootOf(`generate:${nth}`), settings));
const faultsOf = ({ steps }: Schedule) => steps.map((step) => step.do).filter(isFault);
const all = generate(500);

test("the same root gives the same schedule, byte for byte, and another root another one", () => {
  for (const seed of ["a", "a:1", "5f3a09c2:131"]) {
    expect(JSON.stringify(generateSchedule(rootOf(seed)))).toBe(JSON.stringify(generateSchedule(rootOf(seed))));
  }
  expect(new Set(all.map((schedule) => JSON.stringify(schedule))).size).toBe(all.length);
});

test("500 schedules can be played, and have the form of stored schedules after a round trip", () => {
  expect(all.flatMap((schedule) => checkSchedule(schedule) ?? [])).toEqual([]);
  for (const schedule of all) {
    expect(checkScheduleForm(JSON.parse(JSON.stringify(schedule)))).toEqual({ kind: "schedule", schedule });
  }
});

test("over 500 schedules every kind of fault, every kind of step and every kind of anchor occurs", () => {
  expect(new Set(all.flatMap(faultsOf).map(({ kind }) => kind))).toEqual(new Set(builtInFaultKinds));
  const kinds = new Set(all.flatMap(({ steps }) => steps.map((step) => step.do.kind)));
  for (const kind of ["send", "start-member", "stop-member", "heal"] as const) expect(kinds).toContain(kind);
  const anchors = new Set(all.flatMap(({ steps }) => steps.flatMap(({ after }) => Object.keys(after))));
  expect(anchors).toEqual(new Set(["ms", "acked", "processed", "assigned", "played"]));
});

test("records are deleted in a few trials, in those that ask for it, and never where Kafka is to keep all its promises", () => {
  const deletes = (schedule: Schedule): boolean => faultsOf(schedule).some(({ kind }) => kind === "delete-records");
  const share = all.filter(deletes).length / all.length;
  expect(share).toBeGreaterThan(0.03);
  expect(share).toBeLessThan(0.1);
  expect(generate(200, { permissive: false }).filter(deletes)).toEqual([]);
  expect(generate(200, { faults: ["kill-broker"] }).filter(deletes)).toEqual([]);
  const asked = generate(50, { faults: ["delete-records"] }).flatMap(faultsOf);
  expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(["delete-records"]));
});

test("each trial is another corner: sizes, settings and kinds of clients differ", () => {
  const options = all.map((schedule) => schedule.options);
  expect(new Set(options.map(({ brokers }) => brokers))).toEqual(new Set([1, 2, 3, 4, 5]));
  expect(new Set(options.map(({ groups }) => groups.length))).toEqual(new Set([0, 1, 2]));
  expect(new Set(options.map(({ producers }) => producers.length))).toEqual(new Set([1, 2, 3]));
  expect(new Set(options.flatMap(({ producers }) => producers.map(({ config }) => config.acks)))).toEqual(
    new Set(["all", "1", "0"]),
  );
  expect(new Set(options.flatMap(({ groups }) => groups.map(({ commit }) => commit)))).toEqual(
    new Set(["after-processing", "before-processing", "auto", "in-transaction"]),
  );
});

test("groups have each assignor, and some are of static members, of whom two may be twins", () => {
  const groups = all.flatMap(({ options }) => options.groups);
  const strategies = groups.map(({ config }) => config["partition.assignment.strategy"]);
  expect(new Set(strategies)).toEqual(new Set(["range", "roundrobin", "sticky", "cooperative-sticky"]));
  const instances = groups.flatMap((group) => (group.instances === undefined ? [] : [Object.values(group.instances)]));
  expect(instances.length / groups.length).toBeGreaterThan(0.1);
  expect(instances.length / groups.length).toBeLessThan(0.25);
  expect(instances.filter((ids) => new Set(ids).size < ids.length).length).toBeGreaterThan(5);
});

test("swarm: most trials do without whole families of faults, though many could have them", () => {
  const kindsPerTrial = all.map((schedule) => new Set(faultsOf(schedule).map(({ kind }) => kind)).size);
  expect(Math.max(...kindsPerTrial)).toBeGreaterThan(3);
  expect(kindsPerTrial.filter((count) => count <= 2).length).toBeGreaterThan(250);
  expect(kindsPerTrial.filter((count) => count === 0).length).toBeLessThan(100);
});

test("power is lost at most once a trial, except by two followers in turns", () => {
  for (const schedule of all) {
    const targets = faultsOf(schedule).flatMap((fault) => (fault.kind === "power-off-broker" ? [fault.target] : []));
    if (targets.length < 2) continue;
    expect(targets).toHaveLength(2);
    for (const target of targets) expect(target).toMatch(/^followerOf/);
    expect(targets[0]).not.toBe(targets[1]);
  }
});

test("heals are of faults, and come after them", () => {
  for (const { steps } of all) {
    for (const step of steps) if (step.do.kind === "heal") expect(waitsFor(steps, step.id, step.do.fault)).toBe(true);
  }
});

describe("what a user fixes stays as it is", () => {
  const topics: readonly TopicOptions[] = [
    { name: "clicks", partitions: 7, replicationFactor: 2, config: { "min.insync.replicas": 1 } },
  ];
  const producers: readonly ProducerOptions[] = [{ id: "writer", config: { acks: "1" } }];
  const groups: readonly GroupOptions[] = [
    { id: "readers", topics: ["clicks"], members: ["r1", "r2"], commit: "auto", handlerMs: 3, config: {} },
  ];
  const brokerConfig = { "replica.lag.time.max.ms": 1234 };

  test("options, one by one and all together", () => {
    for (const settings of [
      { topics },
      { producers },
      { topics, groups },
      { brokerConfig },
      { brokers: 4 },
      { topics, producers, groups, brokerConfig, brokers: 2 },
    ]) {
      for (const schedule of generate(40, settings)) {
        expect(schedule.options).toMatchObject(settings);
        expect(checkSchedule(schedule)).toBeUndefined();
      }
    }
  });

  test("there are as many brokers as a fixed topic needs", () => {
    const wide = [{ ...topics[0]!, replicationFactor: 5 }];
    for (const { options } of generate(40, { topics: wide })) expect(options.brokers).toBe(5);
  });

  test("faults that are not named do not occur, and an empty list means none", () => {
    const named = new Set(
      generate(100, { faults: ["kill-broker", "cut-link"] })
        .flatMap(faultsOf)
        .map(({ kind }) => kind),
    );
    expect(named).toEqual(new Set(["kill-broker", "cut-link"]));
    expect(generate(50, { faults: [] }).flatMap(faultsOf)).toEqual([]);
  });

  test("without groups there are no slow handlers and no members", () => {
    for (const schedule of generate(100, { groups: [], faults: ["slow-handler", "kill-client"] })) {
      expect(checkSchedule(schedule)).toBeUndefined();
      expect(faultsOf(schedule).filter(({ kind }) => kind === "slow-handler")).toEqual([]);
    }
  });

  test("no settings are drawn under which Kafka promises less, if that is not wanted", () => {
    for (const { options } of generate(200, { permissive: false })) {
      for (const { config, replicationFactor } of options.topics) {
        expect(config["unclean.leader.election.enable"] ?? false).toBe(false);
        expect(config["min.insync.replicas"]).toBeGreaterThanOrEqual(Math.min(2, replicationFactor));
      }
      for (const { config } of options.producers) expect(config.acks).toBe("all");
      for (const { config } of options.groups) expect(config["auto.offset.reset"] ?? "earliest").toBe("earliest");
    }
  });

  test("a scenario occurs only where every kind of fault that it can have is allowed", () => {
    const kinds = (faults: GeneratorSettings["faults"]): Set<string> =>
      new Set(
        generate(200, faults === undefined ? {} : { faults })
          .flatMap(faultsOf)
          .map(({ kind }) => kind),
      );
    expect(kinds(["isolate-broker"])).toEqual(new Set(["isolate-broker"]));
    expect(kinds(["pause-client", "elect-leader"])).toEqual(new Set(["pause-client", "elect-leader"]));
  });

  test("a fault that a user brought along occurs, with its parameters", () => {
    const flood: OwnFault = {
      id: "flood",
      sentence: "A flood.",
      generate: (draw) => ({ level: draw.integer(1, 3) }),
      inject: () => ({ kind: "skipped", reason: "dry" }),
    };
    const schedules = generate(50, { faults: [], ownFaults: [flood] });
    const floods = schedules.flatMap(faultsOf);
    expect(floods.length).toBeGreaterThan(20);
    expect(
      new Set(floods.map((fault) => (fault.kind === "own-fault" ? JSON.stringify(fault.parameters) : fault.kind))),
    ).toEqual(new Set([1, 2, 3].map((level) => JSON.stringify({ level }))));
    for (const schedule of schedules) expect(checkSchedule(schedule, [flood])).toBeUndefined();
  });

  test("a workload of the user's own replaces the everyday one, and its steps are given names", () => {
    const workload: Workload = {
      id: "one",
      sentence: "One record.",
      generate: (_draw, options) => [
        { after: { ms: 0 }, do: { kind: "start-member", member: options.groups[0]!.members[0]! } },
        { after: { ms: 1 }, do: { kind: "send", producer: "writer", topic: "clicks", partition: 0 } },
      ],
    };
    const [schedule] = generate(1, { workload, topics, producers, groups, faults: [] });
    expect(schedule!.steps.map(({ id }) => id)).toEqual(["m1", "s2"]);
  });
});

test("what is fixed of one thing does not shift what is drawn for another", () => {
  const [free] = generate(1);
  const [fixed] = generate(1, { producers: free!.options.producers, brokerConfig: {} });
  expect(fixed).toEqual(free);
});

test("about half of the clusters keep eligible leader replicas, unless brokers are told their settings", () => {
  const versions = Array.from({ length: 200 }, (_, trial) => {
    const { options } = generateSchedule(rootOf(trialSeed("elr", trial)));
    return options.brokerConfig["eligible.leader.replicas.version"];
  });
  const kept = versions.filter((version) => version === 1).length;
  expect(kept).toBeGreaterThan(70);
  expect(kept).toBeLessThan(130);
  expect(generateSchedule(rootOf(trialSeed("elr", 0)), { brokerConfig: {} }).options.brokerConfig).toEqual({});
});

test("in a few trials brokers are in racks, and groups in one of them, unless brokers or groups are told their settings", () => {
  const isInRacks = ({ options }: Schedule): boolean => options.brokerConfig["replica.selector.class"] === "rack-aware";
  const found = all.filter(isInRacks);
  expect(found.length).toBeGreaterThan(15);
  expect(found.length).toBeLessThan(60);
  for (const { options } of found) {
    const racks = options.brokerConfig["broker.rack"]!;
    expect(racks).toHaveLength(options.brokers);
    for (const { config } of options.groups) expect(racks).toContain(config["client.rack"]);
  }
  expect(generate(200, { brokerConfig: {} }).filter(isInRacks)).toEqual([]);
  expect(generate(200, { groups: [] }).filter(isInRacks)).toEqual([]);
});

test("beside a workload of the user's own nothing is sent, whatever the scenario", () => {
  const own: Workload = {
    id: "one",
    sentence: "One record.",
    generate: (_draw, { producers, topics }) => [
      { after: { ms: 5 }, do: { kind: "send", producer: producers[0]!.id, topic: topics[0]!.name, key: "k" } },
    ],
  };
  for (let nth = 0; nth < 300; nth++) {
    const { steps } = generateSchedule(rootOf(`own workload:${nth}`), { workload: own });
    expect(steps.filter(({ do: { kind } }) => kind === "send")).toHaveLength(1);
  }
});
