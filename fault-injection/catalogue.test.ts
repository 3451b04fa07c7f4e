import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generateSchedule } from "../harness/generate/generate-schedule.ts";
import { rootOf } from "../harness/seed.ts";
import type { Fault } from "../model/fault.ts";
import { brokerId } from "../model/ids.ts";
import { drawFrom } from "../model/random.ts";
import { builtInFaultKinds, definitionOf, injectFault } from "./catalogue.ts";
import { checkSchedule } from "./check-schedule.ts";
import type { ClusterView } from "./cluster-view.ts";
import { endpointText } from "./command.ts";
import { scheduleOf, step, viewOf } from "./hand-made-view.ts";

test("each kind of fault is a file, and each file but the shared ones is a kind", () => {
  const files = readdirSync(new URL("./faults/", import.meta.url)).filter((name) => !name.endsWith(".test.ts"));
  expect([...builtInFaultKinds].toSorted()).toEqual(
    files
      .map((name) => name.replace(".ts", ""))
      .filter((name) => name !== "on-broker" && name !== "on-request")
      .toSorted(),
  );
});

test.each(builtInFaultKinds)("%s states itself, and makes up faults that can be played", (kind) => {
  const definition = definitionOf(kind);
  expect(definition.sentence).toMatch(/^[A-Z].{20,}\.$/);
  for (let nth = 0; nth < 200; nth++) {
    const root = rootOf(`faults:${nth}`);
    const { options } = generateSchedule(root, { groups: undefinedOrOne(nth) });
    const fault = definition.generate(drawFrom(root, kind), options);
    expect(fault.kind).toBe(kind);
    const schedule = { ...scheduleOf(step("f1", 0, fault)), options };
    expect(checkSchedule(schedule)).toBeUndefined();
    expect(definition.generate(drawFrom(root, kind), options)).toEqual(fault);
  }
});

/** A trial without a group is never given a slow handler; so there is always one here, of another size each time. */
const undefinedOrOne = (nth: number) => [
  {
    id: "billing",
    topics: ["orders"],
    members: ["c1", "c2", "c3"].slice(0, 1 + (nth % 3)),
    commit: "after-processing" as const,
    handlerMs: 0,
    config: {},
  },
];

test("a role of a follower is drawn only where the partition's topic has so many, whatever other topics are called", () => {
  const topic = (name: string, replicationFactor: number) => ({ name, partitions: 1, replicationFactor, config: {} });
  const options = { ...scheduleOf().options, topics: [topic("orders", 3), topic("orders-eu", 1)] };
  const targets = Array.from({ length: 300 }, (_, nth) => {
    const fault = definitionOf("kill-broker").generate(drawFrom(rootOf(`names:${nth}`), "fault"), options);
    return (fault as Fault & { readonly kind: "kill-broker" }).target;
  });
  expect(targets).toContain("followerOf(orders-0, 1)");
  expect(targets.filter((target) => target.startsWith("followerOf(orders-eu-0"))).toEqual([]);
});

describe("what is done for a fault, and what heals it", () => {
  const both = (from: number, to: number) => [
    { from: { kind: "broker", broker: from }, to: { kind: "broker", broker: to } },
    { from: { kind: "broker", broker: to }, to: { kind: "broker", broker: from } },
  ];
  const links = (...all: readonly ReturnType<typeof both>[]) => ({
    commands: all.flat().map((link) => ({ kind: "cut-link", ...link })),
    heal: all.flat().map((link) => ({ kind: "heal-link", ...link })),
  });
  const client = { kind: "client", client: "p1" };
  test.each<
    [Fault, { readonly commands: readonly object[]; readonly heal: readonly object[]; readonly resolved: readonly string[] }]
  >([
    [
      { kind: "kill-broker", target: "leaderOf(orders-1)" },
      { commands: [{ kind: "kill-broker", broker: 2 }], heal: [{ kind: "start-broker", broker: 2 }], resolved: ["broker 2"] },
    ],
    [
      { kind: "stop-broker", target: "controller" },
      { commands: [{ kind: "stop-broker", broker: 3 }], heal: [{ kind: "start-broker", broker: 3 }], resolved: ["broker 3"] },
    ],
    [
      { kind: "power-off-broker", target: "broker 1" },
      {
        commands: [{ kind: "power-off-broker", broker: 1 }],
        heal: [{ kind: "start-broker", broker: 1 }],
        resolved: ["broker 1"],
      },
    ],
    [
      { kind: "pause-broker", target: "broker 1" },
      { commands: [{ kind: "pause-broker", broker: 1 }], heal: [{ kind: "resume-broker", broker: 1 }], resolved: ["broker 1"] },
    ],
    [
      { kind: "pause-broker", target: "broker 1", clock: "jumps" },
      {
        commands: [{ kind: "suspend-broker", broker: 1 }],
        heal: [{ kind: "resume-broker", broker: 1 }],
        resolved: ["broker 1"],
      },
    ],
    [
      { kind: "pause-client", client: "c1", clock: "jumps" },
      {
        commands: [{ kind: "suspend-client", client: "c1" }],
        heal: [{ kind: "resume-client", client: "c1" }],
        resolved: ["client c1"],
      },
    ],
    [
      { kind: "jump-clock", target: "controller", byMs: 500 },
      {
        commands: [{ kind: "jump-clock", target: { kind: "broker", broker: 3 }, byMs: 500 }],
        heal: [],
        resolved: ["broker 3"],
      },
    ],
    [
      { kind: "fail-disk", target: "leaderOf(orders-1)" },
      { commands: [{ kind: "fail-disk", broker: 2 }], heal: [{ kind: "replace-disk", broker: 2 }], resolved: ["broker 2"] },
    ],
    [
      { kind: "cut-link", from: "broker 1", to: "controller" },
      { ...links(both(1, 3)), resolved: ["broker 1", "broker 3"] },
    ],
    [
      { kind: "cut-link", from: "client p1", to: "broker 2", oneWay: true },
      {
        commands: [{ kind: "cut-link", from: client, to: { kind: "broker", broker: 2 } }],
        heal: [{ kind: "heal-link", from: client, to: { kind: "broker", broker: 2 } }],
        resolved: ["client p1", "broker 2"],
      },
    ],
    [
      { kind: "isolate-broker", target: "broker 2", from: "brokers" },
      { ...links(both(2, 1), both(2, 3)), resolved: ["broker 2"] },
    ],
    [
      { kind: "isolate-broker", target: "broker 2", from: "brokers", with: 1 },
      { ...links(both(2, 1), both(3, 1)), resolved: ["broker 2", "broker 3"] },
    ],
    [
      { kind: "isolate-broker", target: "broker 3", from: "brokers", with: 1, oneWay: "out" },
      {
        commands: [both(3, 2)[0], both(1, 2)[0]].map((link) => ({ kind: "cut-link", ...link })),
        heal: [both(3, 2)[0], both(1, 2)[0]].map((link) => ({ kind: "heal-link", ...link })),
        resolved: ["broker 3", "broker 1"],
      },
    ],
    [
      { kind: "isolate-broker", target: "broker 2", from: "brokers", oneWay: "in" },
      {
        commands: [both(1, 2)[0], both(3, 2)[0]].map((link) => ({ kind: "cut-link", ...link })),
        heal: [both(1, 2)[0], both(3, 2)[0]].map((link) => ({ kind: "heal-link", ...link })),
        resolved: ["broker 2"],
      },
    ],
    [
      { kind: "lose-response", client: "p1", api: "Produce" },
      {
        commands: [{ kind: "lose-response", from: client, api: "Produce" }],
        heal: [{ kind: "keep-responses", from: client }],
        resolved: ["client p1"],
      },
    ],
    [
      { kind: "lose-response", target: "controller", api: "Fetch", listener: "broker" },
      {
        commands: [{ kind: "lose-response", from: { kind: "broker", broker: 3 }, api: "Fetch", listener: "broker" }],
        heal: [{ kind: "keep-responses", from: { kind: "broker", broker: 3 } }],
        resolved: ["broker 3"],
      },
    ],
    [
      { kind: "cut-link", from: "broker 1", to: "controller", listener: "controller" },
      {
        commands: both(1, 3).map((link) => ({ kind: "cut-link", ...link, listener: "controller" })),
        heal: both(1, 3).map((link) => ({ kind: "heal-link", ...link, listener: "controller" })),
        resolved: ["broker 1", "broker 3"],
      },
    ],
    [
      { kind: "isolate-broker", target: "broker 3", from: "brokers", with: 1, oneWay: "out", listener: "broker" },
      {
        commands: [both(3, 2)[0], both(1, 2)[0]].map((link) => ({ kind: "cut-link", ...link, listener: "broker" })),
        heal: [both(3, 2)[0], both(1, 2)[0]].map((link) => ({ kind: "heal-link", ...link, listener: "broker" })),
        resolved: ["broker 3", "broker 1"],
      },
    ],
    [
      { kind: "slow-link", from: "broker 1", to: "leaderOf(orders-1)", delayMs: 40 },
      {
        commands: both(1, 2).map((link) => ({ kind: "slow-link", ...link, delayMs: 40 })),
        heal: both(1, 2).map((link) => ({ kind: "quicken-link", ...link, delayMs: 40 })),
        resolved: ["broker 1", "broker 2"],
      },
    ],
    [
      { kind: "slow-link", from: "client p1", to: "broker 2", delayMs: 40, oneWay: true },
      {
        commands: [{ kind: "slow-link", from: client, to: { kind: "broker", broker: 2 }, delayMs: 40 }],
        heal: [{ kind: "quicken-link", from: client, to: { kind: "broker", broker: 2 }, delayMs: 40 }],
        resolved: ["client p1", "broker 2"],
      },
    ],
    [
      { kind: "reset-connections", from: "broker 1", to: "client p1", requests: "lost" },
      {
        commands: [{ kind: "reset-connections", from: { kind: "broker", broker: 1 }, to: client, requests: "lost" }],
        heal: [],
        resolved: ["broker 1", "client p1"],
      },
    ],
    [
      { kind: "delay-request", from: "leaderOf(orders-1)", api: "AlterPartition", delayMs: 20 },
      {
        commands: [{ kind: "delay-request", from: { kind: "broker", broker: 2 }, api: "AlterPartition", delayMs: 20 }],
        heal: [{ kind: "pass-requests", from: { kind: "broker", broker: 2 }, api: "AlterPartition" }],
        resolved: ["broker 2"],
      },
    ],
    [
      { kind: "duplicate-request", from: "broker 1", api: "Fetch", listener: "controller", delayMs: 7 },
      {
        commands: [
          { kind: "duplicate-request", from: { kind: "broker", broker: 1 }, api: "Fetch", listener: "controller", delayMs: 7 },
        ],
        heal: [{ kind: "pass-requests", from: { kind: "broker", broker: 1 }, api: "Fetch", listener: "controller" }],
        resolved: ["broker 1"],
      },
    ],
    [
      { kind: "elect-leader", partition: "orders-0" as never },
      { commands: [{ kind: "elect-leader", partition: "orders-0" }], heal: [], resolved: ["broker 2"] },
    ],
    [
      { kind: "reassign-partition", partition: "orders-1" as never, replicas: [1, 3].map(brokerId) },
      {
        commands: [{ kind: "reassign-partition", partition: "orders-1", replicas: [1, 3] }],
        heal: [{ kind: "cancel-reassignment", partition: "orders-1" }],
        resolved: ["broker 1", "broker 3"],
      },
    ],
    [
      { kind: "delete-records", partition: "orders-1" as never, before: 4 },
      { commands: [{ kind: "delete-records", partition: "orders-1", before: 4 }], heal: [], resolved: ["broker 2"] },
    ],
    [
      { kind: "kill-client", client: "c1" },
      {
        commands: [{ kind: "kill-client", client: "c1" }],
        heal: [{ kind: "start-client", client: "c1" }],
        resolved: ["client c1"],
      },
    ],
    [
      { kind: "pause-client", client: "c1" },
      {
        commands: [{ kind: "pause-client", client: "c1" }],
        heal: [{ kind: "resume-client", client: "c1" }],
        resolved: ["client c1"],
      },
    ],
    [
      { kind: "slow-handler", client: "c1", handlerMs: 50 },
      {
        commands: [{ kind: "set-handler", client: "c1", handlerMs: 50 }],
        heal: [{ kind: "set-handler", client: "c1", handlerMs: null }],
        resolved: ["client c1"],
      },
    ],
  ])("%j", (fault, expected) => {
    expect(injectFault(fault, viewOf(), [])).toEqual({ kind: "injected", ...expected });
  });

  test("a side that is cut off from everybody is cut off from the other brokers and from all clients", () => {
    const found = injectFault({ kind: "isolate-broker", target: "broker 1", from: "everybody", with: 1 }, viewOf(), []);
    const out = found.kind === "injected" ? found.commands.filter((_, at) => at % 2 === 0) : [];
    expect(
      out.map((command) => command.kind === "cut-link" && `${endpointText(command.from)} > ${endpointText(command.to)}`),
    ).toEqual(
      [1, 2].flatMap((id) => ["broker 3", "client p1", "client c1", "client c2"].map((other) => `broker ${id} > ${other}`)),
    );
  });

  test.each([
    ["producers", ["2 c1", "2 c2", "1 p1", "3 p1"]],
    ["consumers", ["2 p1", "1 c1", "1 c2", "3 c1", "3 c2"]],
  ] as const)("clients are split: only %s reach the broker, and nobody else reaches the others", (only, barred) => {
    const found = injectFault({ kind: "split-clients", target: "leaderOf(orders-1)", only }, viewOf(), []);
    const commands = found.kind === "injected" ? found.commands : [];
    const cuts = commands.map((command) => (command.kind === "cut-link" ? [command.from, command.to] : []).map(endpointText));
    const expected = barred.flatMap((pair) => {
      const [broker, client] = pair.split(" ");
      return [
        [`broker ${broker}`, `client ${client}`],
        [`client ${client}`, `broker ${broker}`],
      ];
    });
    expect(new Set(cuts.map(String))).toEqual(new Set(expected.map(String)));
    expect(found.kind === "injected" && found.heal).toHaveLength(commands.length);
  });

  test("with another one on its side, two brokers are reached by the same clients", () => {
    const found = injectFault({ kind: "split-clients", target: "broker 2", with: 1, only: "producers" }, viewOf(), []);
    expect(found.kind === "injected" && found.resolved).toEqual(["broker 2", "broker 3"]);
    expect(found.kind === "injected" && found.commands).toHaveLength(2 * (2 + 2 + 1));
  });

  test("a broker that is cut off from clients is cut off from all of them, both ways", () => {
    const found = injectFault({ kind: "isolate-broker", target: "broker 2", from: "clients" }, viewOf(), []);
    const others =
      found.kind === "injected"
        ? found.commands.map((command) => (command.kind === "cut-link" ? [command.from, command.to] : []))
        : [];
    expect(others).toHaveLength(6);
    expect(
      others
        .flat()
        .filter((end) => end.kind === "client")
        .map((end) => end.kind === "client" && end.client),
    ).toEqual(["p1", "p1", "c1", "c1", "c2", "c2"]);
  });
});

describe("a fault that finds nobody to be done to is skipped, and says why", () => {
  const blind = viewOf({ isBlind: true });
  test.each<[string, Fault, ClusterView]>([
    ["broker 1 is down already", { kind: "kill-broker", target: "broker 1" }, viewOf({ brokers: { 1: "down" } })],
    [
      "broker 1 is paused already",
      { kind: "pause-broker", target: "leaderOf(orders-0)" },
      viewOf({ brokers: { 1: "paused" } }),
    ],
    ["nobody is controller now", { kind: "stop-broker", target: "controller" }, blind],
    ["nobody is controller now", { kind: "cut-link", from: "broker 1", to: "controller" }, blind],
    ["nobody is leaderOf(orders-0) now", { kind: "isolate-broker", target: "leaderOf(orders-0)", from: "brokers" }, blind],
    ["controller and broker 3 are the same host", { kind: "cut-link", from: "controller", to: "broker 3" }, viewOf()],
    ["broker 2 leads orders-1 already", { kind: "elect-leader", partition: "orders-1" as never }, viewOf()],
    ["nobody can say who should lead orders-1", { kind: "elect-leader", partition: "orders-1" as never }, blind],
    ["broker 1 leads orders-0", { kind: "unclean-election", partition: "orders-0" as never }, viewOf()],
    ["client c1 is down", { kind: "jump-clock", target: "client c1", byMs: 1 }, viewOf({ clients: { c1: "down" } })],
    ["broker 1 is paused", { kind: "jump-clock", target: "broker 1", byMs: 1 }, viewOf({ brokers: { 1: "paused" } })],
    ["nobody is controller now", { kind: "slow-link", from: "broker 1", to: "controller", delayMs: 1 }, blind],
    ["nobody is controller now", { kind: "split-clients", target: "controller", only: "producers" }, blind],
    ["nobody is controller now", { kind: "lose-response", target: "controller", api: "Vote" }, blind],
    [
      "controller and broker 3 are the same host",
      { kind: "reset-connections", from: "controller", to: "broker 3", requests: "lost" },
      viewOf(),
    ],
    ["nobody is controller now", { kind: "delay-request", from: "controller", api: "Vote", delayMs: 1 }, blind],
    [
      "nobody can say where orders-1 is",
      { kind: "reassign-partition", partition: "orders-1" as never, replicas: [1].map(brokerId) },
      blind,
    ],
    [
      "orders-0 is on brokers 2, 1, 3 already",
      { kind: "reassign-partition", partition: "orders-0" as never, replicas: [2, 1, 3].map(brokerId) },
      viewOf(),
    ],
    ["nobody leads orders-0 now", { kind: "delete-records", partition: "orders-0" as never, before: "high-watermark" }, blind],
    ["client c1 is not running", { kind: "kill-client", client: "c1" }, viewOf({ clients: { c1: "down" } })],
    ["client c1 is paused", { kind: "pause-client", client: "c1" }, viewOf({ clients: { c1: "paused" } })],
    ["client p9 is not there", { kind: "pause-client", client: "p9" }, viewOf()],
    ["client c1 is not running", { kind: "slow-handler", client: "c1", handlerMs: 1 }, viewOf({ clients: { c1: "down" } })],
  ])("%s", (reason, fault, view) => {
    expect(injectFault(fault, view, [])).toEqual({ kind: "skipped", reason });
  });

  test("a partition that nobody leads is given any leader", () => {
    expect(injectFault({ kind: "unclean-election", partition: "orders-1" as never }, blind, [])).toEqual({
      kind: "injected",
      commands: [{ kind: "elect-unclean-leader", partition: "orders-1" }],
      heal: [],
      resolved: [],
    });
  });

  test("a side with all brokers on it is cut off from none", () => {
    expect(injectFault({ kind: "isolate-broker", target: "broker 1", from: "brokers", with: 2 }, viewOf(), [])).toEqual({
      kind: "skipped",
      reason: "nobody is left on the other side",
    });
  });

  test("a broker that is alone cannot be cut off from others", () => {
    const alone: ClusterView = { ...viewOf(), brokers: new Map([...viewOf().brokers].slice(0, 1)) };
    expect(injectFault({ kind: "isolate-broker", target: "broker 1", from: "brokers" }, alone, [])).toEqual({
      kind: "skipped",
      reason: "broker 1 is the only one",
    });
  });
});
