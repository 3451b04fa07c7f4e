import { expect, onTestFinished, test, vi } from "vitest";
import type { ClientEvent, Unstamped } from "../../../model/history.ts";
import type { ProducerSettings } from "../../../model/settings.ts";
import type { SendOperation } from "../../../model/schedule.ts";
import { partitionOfKey } from "../../../model/partitioners/murmur2.ts";
import { trial } from "../../../test/kafka/schedules.ts";
import { KafkaClients } from "./kafka-clients.ts";

/** Processes take their time to start on a busy machine. */
const limitMs = 20_000;

/** Clients in real processes, of a cluster that is not there. */
function clientsWithoutCluster(producer: Partial<ProducerSettings> = {}) {
  const { options } = trial({ sends: 0 });
  const events: Unstamped<ClientEvent>[] = [];
  const watched = new Set<number>();
  const failures: string[] = [];
  const losses: string[] = [];
  const clients = new KafkaClients({
    options: { ...options, producers: options.producers.map(({ id }) => ({ id, config: producer })) },
    brokers: ["127.0.0.1:1"],
    prefix: "t1-",
    ownPartitioners: [],
    reaper: { watch: (pid) => watched.add(pid), unwatch: (pid) => watched.delete(pid), dismiss: () => undefined },
    record: (event) => events.push(event),
    onFailure: (text) => failures.push(text),
    onLoss: (client) => losses.push(client),
  });
  onTestFinished(async () => {
    await clients.end();
    expect(failures).toEqual([]);
  });
  const told = (): readonly string[] => events.flatMap((event) => ("client" in event ? [`${event.kind} ${event.client}`] : []));
  const untilTold = (last: string) => vi.waitFor(() => expect(told().at(-1)).toBe(last), { timeout: limitMs, interval: 10 });
  return { clients, events, watched, losses, told, untilTold };
}

test("a killed client counts as down at once, and its end is told when it is gone", { timeout: limitMs }, async () => {
  const { clients, losses, told, untilTold, watched } = clientsWithoutCluster();
  expect(clients.states().get("p1")).toBe("down");
  clients.start("p1");
  expect([...clients.states()]).toEqual([
    ["p1", "up"],
    ["p2", "down"],
    ["c1", "down"],
    ["c2", "down"],
  ]);
  expect(watched.size).toBe(1);
  clients.kill("p1");
  expect(clients.states().get("p1")).toBe("down");
  expect(told()).toEqual(["client-started p1"]);
  await untilTold("client-killed p1");
  expect(watched.size).toBe(0);
  expect(losses).toEqual([]);
});

test("a client that is asked to leave is up until it has, and only then starts anew", { timeout: limitMs }, async () => {
  const { clients, told } = clientsWithoutCluster();
  const group = trial().options.groups[0]!;
  clients.start("c1");
  expect(clients.running(group)).toEqual(["c1"]);
  clients.stop("c1");
  expect(clients.states().get("c1")).toBe("up");
  expect(clients.running(group)).toEqual([]);
  expect(clients.unfinished()).toEqual(["c1 to leave its group"]);
  clients.start("c1");
  clients.start("c1");
  expect(told()).toEqual(["client-started c1"]);
  await vi.waitFor(() => expect(told()).toHaveLength(3), { timeout: limitMs });
  expect(told()).toEqual(["client-started c1", "client-stopped c1", "client-started c1"]);
  expect(clients.running(group)).toEqual(["c1"]);
});

test("a client that ends by itself was killed by somebody, and its loss is told", { timeout: limitMs }, async () => {
  const { clients, losses, untilTold, watched } = clientsWithoutCluster();
  clients.start("p1");
  process.kill([...watched][0]!, "SIGKILL");
  await untilTold("client-killed p1");
  expect(losses).toEqual(["p1"]);
});

test("a client that stands still is paused, and can be killed all the same", { timeout: limitMs }, async () => {
  const { clients, untilTold } = clientsWithoutCluster();
  clients.start("c2");
  clients.pause("c2");
  expect(clients.states().get("c2")).toBe("paused");
  clients.resume("c2");
  expect(clients.states().get("c2")).toBe("up");
  clients.pause("c2");
  clients.kill("c2");
  await untilTold("client-killed c2");
});

test("records go where they are told to, or where their producer's partitioner says", { timeout: limitMs }, async () => {
  const { clients, events, told } = clientsWithoutCluster({ "partitioner.class": "round-robin" });
  clients.start("p1");
  clients.start("p2");
  const send = (step: string, rest: Partial<SendOperation>): void => {
    clients.send(step, { kind: "send", producer: "p1", topic: "orders", ...rest });
  };
  send("s1", { partition: 1 });
  send("s2", {});
  send("s3", {});
  send("s4", { producer: "p2" });
  send("s5", { key: "k" });
  const started = events.flatMap((event) => (event.kind === "send-started" ? [[event.value, event.partition]] : []));
  expect(started).toEqual([
    ["s1", "orders-1"],
    ["s2", "orders-0"],
    ["s3", "orders-1"],
    ["s4", "orders-0"],
    ["s5", "orders-0"],
  ]);
  expect(events.at(-1)).toMatchObject({ key: "k", chosenAmong: [0, 1] });
  expect(clients.unready()).toEqual(["p1", "p2"]);
  expect(clients.unfinished()).toHaveLength(5);
  clients.kill("p1");
  expect(clients.unfinished()).toHaveLength(1);
  clients.kill("p2");
  expect(clients.unfinished()).toEqual([]);
  await vi.waitFor(() => expect(told()).toContain("client-killed p1"), { timeout: limitMs });
});

test(
  "a key decides by default; the sticky partitioner takes another partition for each record",
  { timeout: limitMs },
  async () => {
    const placesWith = (producer: Partial<ProducerSettings>, key?: string): readonly string[] => {
      const { clients, events } = clientsWithoutCluster(producer);
      clients.start("p1");
      for (const step of ["s1", "s2", "s3", "s4"]) {
        clients.send(step, { kind: "send", producer: "p1", topic: "orders", ...(key !== undefined && { key }) });
      }
      return events.flatMap((event) => (event.kind === "send-started" ? [event.partition] : []));
    };
    expect(new Set(placesWith({}, "k"))).toEqual(new Set([`orders-${partitionOfKey("k", 2)}`]));
    expect(new Set(placesWith({})).size).toBe(1);
    const [first, second, ...rest] = placesWith({ "partitioner.class": "sticky" });
    expect(second).not.toBe(first);
    expect(rest).toEqual([first, second]);
  },
);
