import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import type { EventKind, EventOf } from "../../model/history.ts";
import { topicPartition } from "../../model/ids.ts";
import type { Schedule, Step } from "../../model/schedule.ts";
import { ownerLabel } from "../../sut/kafka/cleanup/session.ts";
import { startKafka } from "../../sut/kafka/start.ts";
import type { KafkaSystem } from "../../sut/kafka/start.ts";
import { connectToEngine } from "../../sut/kafka/testcontainers.ts";
import type { Played, PlayOptions } from "../../sut/played.ts";
import { objections } from "./objections.ts";
import { describeWithKafka } from "./require-engine.ts";
import { faultAndHeal, step, trial } from "./schedules.ts";

const startLimitMs = 300_000;
const trialLimitMs = 120_000;

const eventsOf = <Kind extends EventKind>({ history }: Played, kind: Kind): readonly EventOf<Kind>[] =>
  history.filter((event): event is EventOf<Kind> => event.kind === kind);

const readBack = (played: Played): readonly string[] => eventsOf(played, "read-back").map(({ value }) => value);
const sent = (played: Played): readonly string[] => eventsOf(played, "send-started").map(({ value }) => value);
const resolved = (played: Played, id: string): readonly string[] =>
  eventsOf(played, "step-played").find((event) => event.step === id)?.resolved ?? [];

/** Containers and networks of the process, by name. */
async function leftOf(pid: number): Promise<readonly string[]> {
  const { dockerode } = (await connectToEngine()).container;
  const filters = { label: [ownerLabel] };
  const isOwned = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    labels?.[ownerLabel]?.split(" ")[1] === String(pid);
  const containers = await dockerode.listContainers({ all: true, filters });
  const networks = await dockerode.listNetworks({ filters });
  return [
    ...containers.filter(({ Labels }) => isOwned(Labels)).map(({ Names }) => Names[0]!),
    ...networks.filter(({ Labels }) => isOwned(Labels)).map(({ Name }) => Name),
  ];
}

/** State, parent and command line of a process; undefined where it is gone. */
function lookAtProcess(pid: number): { readonly state: string; readonly parent: number; readonly command: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
  } catch {
    return undefined;
  }
}

/** Processes of clients that the process has started. */
function clientsOf(pid: number): readonly number[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((one) => {
    const found = lookAtProcess(one);
    return found?.parent === pid && /(member|producer)-child/.test(found.command);
  });
}

/** One that nobody has asked about after its end, a zombie, is not alive. */
const isAlive = (pid: number): boolean => ![undefined, "Z"].includes(lookAtProcess(pid)?.state);

/** Starts the script that starts a cluster, and returns once it has said `line`. */
async function startUntil(line: RegExp): Promise<ChildProcess & { readonly pid: number }> {
  const script = fileURLToPath(new URL("./start-and-wait.ts", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", script], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const said of createInterface({ input: child.stdout })) if (line.test(said)) break;
  return child as ChildProcess & { readonly pid: number };
}

describeWithKafka("real Kafka", () => {
  let kafka: KafkaSystem;

  beforeAll(async () => {
    kafka = await startKafka();
  }, startLimitMs);

  afterAll(async () => {
    await kafka?.[Symbol.asyncDispose]();
  }, startLimitMs);

  /** Plays a schedule and checks what is true of every trial that comes to rest. */
  async function play(schedule: Schedule, options: PlayOptions = {}): Promise<Played> {
    const played = await kafka.play(schedule, options);
    expect(eventsOf(played, "limit-reached")).toEqual([]);
    expect(objections(schedule, played.history)).toEqual([]);
    const marks = played.history.flatMap((event) => {
      if (event.kind === "phase-started") return [event.phase];
      return event.kind === "cluster-described" ? [event.kind] : [];
    });
    expect(marks).toEqual(["play", "heal", "drain", "cluster-described", "read-back", "end"]);
    return played;
  }

  test("tells its version", () => {
    expect(kafka.version).toMatch(/^4\./);
  });

  describe("without faults", () => {
    test("everything that is sent is acknowledged, read back, processed and committed", { timeout: trialLimitMs }, async () => {
      const played = await play(trial());
      expect(eventsOf(played, "send-acked")).toHaveLength(40);
      expect(readBack(played).toSorted()).toEqual(sent(played).toSorted());
      expect(new Set(eventsOf(played, "processed").map(({ value }) => value)).size).toBe(40);
      const [described] = eventsOf(played, "cluster-described");
      expect(described?.groups).toMatchObject([{ group: "billing", state: "Stable", running: ["c1", "c2"] }]);
      expect(described?.groups[0]?.committed.toSorted((left, right) => (left.partition < right.partition ? -1 : 1))).toEqual([
        { partition: "orders-0", offset: 20 },
        { partition: "orders-1", offset: 20 },
      ]);
      expect(described?.partitions.every(({ isr }) => isr.length === 3)).toBe(true);
      expect(played.deviations).toEqual([]);
    });

    test("the history is in the schedule's words, and in order of time", { timeout: trialLimitMs }, async () => {
      const { history } = await play(trial({ sends: 6, group: { config: { "partition.assignment.strategy": "roundrobin" } } }));
      const times = history.map(({ atUs }) => atUs);
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      const partitions = history.flatMap((event) => ("partition" in event ? [event.partition] : []));
      expect(new Set(partitions)).toEqual(new Set(["orders-0", "orders-1"]));
      const assigned = history.filter((event) => event.kind === "assigned");
      expect(assigned.every(({ generation, group }) => generation >= 1 && group === "billing")).toBe(true);
    });

    test("commit modes and settings of producers are as the schedule says", { timeout: 2 * trialLimitMs }, async () => {
      const producers = [
        { id: "p1", config: { acks: "1", "enable.idempotence": false } as const },
        { id: "p2", config: { acks: "0", "enable.idempotence": false } as const },
      ];
      const automatic = await play(trial({ sends: 10, producers, group: { commit: "auto" } }));
      const offsets = eventsOf(automatic, "send-acked").map(({ client, offset }) => [client, offset !== null]);
      expect(new Set(offsets.map(String))).toEqual(new Set(["p1,true", "p2,false"]));
      const before = await play(trial({ sends: 10, group: { commit: "before-processing", handlerMs: 5 } }));
      const kinds = before.history
        .filter(({ kind }) => kind === "commit-acked" || kind === "processed")
        .map(({ kind }) => kind);
      expect(kinds[0]).toBe("commit-acked");
    });
  });

  describe("with faults of brokers", () => {
    test("a leader is killed and comes back", { timeout: trialLimitMs }, async () => {
      const schedule = trial({ faults: faultAndHeal({ kind: "kill-broker", target: "leaderOf(orders-0)" }, 800) });
      const played = await play(schedule);
      expect(resolved(played, "f1")).toEqual(["broker 1"]);
      expect(eventsOf(played, "fault-injected")).toHaveLength(1);
      expect(eventsOf(played, "fault-healed")).toHaveLength(1);
      expect(eventsOf(played, "send-acked")).toHaveLength(40);
      const moved = eventsOf(played, "cluster-described")[0]?.partitions.find(({ partition }) => partition === "orders-0");
      expect(moved?.leader).not.toBe(1);
    });

    test.each([
      ["is stopped, and started before it is gone", { kind: "stop-broker", target: "leaderOf(orders-1)" }, 20],
      ["stands still for longer than its session lasts", { kind: "pause-broker", target: "leaderOf(orders-0)" }, 2500],
    ] as const)("a leader %s", { timeout: trialLimitMs }, async (_, fault, healAfterMs) => {
      const played = await play(trial({ faults: faultAndHeal(fault, healAfterMs) }));
      expect(resolved(played, "f1")).toHaveLength(1);
      expect(eventsOf(played, "send-acked")).toHaveLength(40);
    });

    test.each(["controller", "coordinatorOf(billing)"])("the %s is killed", { timeout: trialLimitMs }, async (target) => {
      const played = await play(trial({ faults: faultAndHeal({ kind: "kill-broker", target }, 800) }));
      expect(resolved(played, "f1")).toEqual([expect.stringMatching(/^broker [123]$/)]);
    });

    test("the preferred leader is elected after it was down", { timeout: trialLimitMs }, async () => {
      const partition = topicPartition("orders", 0);
      const leaders: unknown[] = [];
      const look: OwnFault = {
        id: "look",
        sentence: "Nothing happens, but it is noted who leads.",
        generate: () => null,
        inject: (_, view) => {
          leaders.push(view.leaderOf(partition));
          return { kind: "skipped", reason: "it has been noted" };
        },
      };
      // It takes a while to be in sync again, and is not elected before. An administrator asks until it is.
      const elections = [3000, 5000, 8000].flatMap((ms): readonly Step[] => {
        const after = (more: number): Step["after"] => ({ played: "h1", ms: ms + more });
        return [
          { id: `e${ms}`, after: after(0), do: { kind: "elect-leader", partition } },
          { id: `l${ms}`, after: after(900), do: { kind: "own-fault", fault: look.id, parameters: null } },
        ];
      });
      const down = faultAndHeal({ kind: "stop-broker", target: "broker 1" }, 300);
      const played = await play(trial({ faults: [...down, ...elections] }), { ownFaults: [look] });
      expect(elections.flatMap(({ id }) => resolved(played, id))).toContain("broker 1");
      expect(leaders).toContain(1);
    });
  });

  describe("with faults of clients", () => {
    test("a killed member's partitions go to the other one, and it comes back", { timeout: trialLimitMs }, async () => {
      const played = await play(trial({ faults: [step("f1", 900, { kind: "kill-client", client: "c1" })] }));
      expect(eventsOf(played, "client-killed").map(({ client }) => client)).toEqual(["c1"]);
      expect(eventsOf(played, "client-started").filter(({ client }) => client === "c1")).toHaveLength(2);
      expect(eventsOf(played, "cluster-described")[0]?.groups[0]?.members.toSorted()).toEqual(["c1", "c2"]);
    });

    test("a killed producer sends nothing until it is back", { timeout: trialLimitMs }, async () => {
      const played = await play(trial({ faults: faultAndHeal({ kind: "kill-client", client: "p1" }, 300) }));
      const skipped = eventsOf(played, "step-skipped").map(({ reason }) => reason);
      expect(new Set(skipped)).toEqual(new Set(["producer p1 is down"]));
      expect(eventsOf(played, "client-started").filter(({ client }) => client === "p1")).toHaveLength(2);
      const acked = eventsOf(played, "send-acked").filter(({ client }) => client === "p1");
      expect(acked.length).toBeGreaterThan(10);
    });

    test("a member that stood still for too long finds itself out of its group", { timeout: trialLimitMs }, async () => {
      const faults: readonly Step[] = [
        { id: "f1", after: { assigned: "c1", ms: 200 }, do: { kind: "pause-client", client: "c1" } },
        { id: "h1", after: { played: "f1", ms: 3500 }, do: { kind: "heal", fault: "f1" } },
      ];
      const played = await play(trial({ faults }));
      const ended = [...eventsOf(played, "lost"), ...eventsOf(played, "revoked")].map(({ client }) => client);
      expect(ended).toContain("c1");
      const [first, second] = eventsOf(played, "assigned").filter(({ client }) => client === "c1");
      expect(second?.generation).toBeGreaterThan(first!.generation);
    });

    test("a member leaves and comes back", { timeout: trialLimitMs }, async () => {
      const faults = [
        step("l1", 700, { kind: "stop-member", member: "c1" }),
        step("l2", 2500, { kind: "start-member", member: "c1" }),
      ];
      const played = await play(trial({ faults }));
      expect(eventsOf(played, "client-stopped").map(({ client }) => client)).toEqual(["c1"]);
    });

    test("a group that everybody has left gets its first member back to drain it", { timeout: trialLimitMs }, async () => {
      const faults = [
        step("l1", 900, { kind: "stop-member", member: "c1" }),
        step("l2", 1000, { kind: "stop-member", member: "c2" }),
      ];
      const played = await play(trial({ faults }));
      expect(eventsOf(played, "client-stopped")).toHaveLength(2);
      expect(eventsOf(played, "cluster-described")[0]?.groups).toMatchObject([
        { state: "Stable", running: ["c1"], members: ["c1"] },
      ]);
      expect(new Set(eventsOf(played, "processed").map(({ value }) => value)).size).toBe(40);
    });
  });

  test(
    "steps that cannot be done to real brokers yet are skipped, and the history says so",
    { timeout: trialLimitMs },
    async () => {
      const faults = [
        step("f1", 200, { kind: "power-off-broker", target: "broker 1" }),
        step("f2", 210, { kind: "cut-link", from: "broker 1", to: "broker 2" }),
        step("f3", 220, { kind: "lose-response", client: "p1", api: "Produce" }),
      ];
      const played = await play(trial({ sends: 4, faults }));
      expect(eventsOf(played, "step-skipped").map(({ reason, step: id }) => [id, reason])).toEqual([
        ["f1", "this system cannot do power-off-broker"],
        ["f2", "this system cannot do cut-link"],
        ["f3", "this system cannot do lose-response"],
      ]);
    },
  );

  test(
    "a trial that is called off leaves a cluster on which the next one is played",
    { timeout: 2 * trialLimitMs },
    async () => {
      const schedule = trial({ faults: faultAndHeal({ kind: "pause-broker", target: "broker 2" }, 10_000) });
      const signal = AbortSignal.timeout(1500);
      await expect(kafka.play(schedule, { signal })).rejects.toThrow(/timeout/);
      await play(trial({ sends: 4 }));
    },
  );
});

describeWithKafka("what is left behind", () => {
  const goneLimitMs = 20_000;

  test("nothing, when it is disposed of", { timeout: startLimitMs }, async () => {
    {
      await using kafka = await startKafka({ brokers: 1 });
      expect(kafka.version).not.toBe("unknown");
      expect(await leftOf(process.pid)).toHaveLength(3);
    }
    expect(await leftOf(process.pid)).toEqual([]);
  });

  test("nothing, soon after Ctrl-C while it starts", { timeout: startLimitMs }, async () => {
    const child = await startUntil(/^starting/);
    await expect.poll(() => leftOf(child.pid), { timeout: goneLimitMs }).not.toEqual([]);
    child.kill("SIGINT");
    await once(child, "exit");
    await expect.poll(() => leftOf(child.pid), { timeout: goneLimitMs, interval: 200 }).toEqual([]);
  });

  test(
    "nothing, soon after SIGKILL in the midst of a trial, not even a client that stands still",
    { timeout: startLimitMs },
    async () => {
      const child = await startUntil(/^a client stands still/);
      const clients = clientsOf(child.pid);
      expect(clients).toHaveLength(4);
      expect(await leftOf(child.pid)).toHaveLength(5);
      child.kill("SIGKILL");
      await once(child, "exit");
      await expect.poll(() => leftOf(child.pid), { timeout: goneLimitMs, interval: 200 }).toEqual([]);
      await expect.poll(() => clients.filter(isAlive), { timeout: goneLimitMs }).toEqual([]);
    },
  );
});
