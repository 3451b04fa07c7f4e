import { describe, expect, test } from "vitest";
import { ask, connected, Heard, NetworkOfTwo } from "./hand-made-network.ts";

describe("messages", () => {
  test("on one connection never overtake each other, however different their delays are", () => {
    const pair = new NetworkOfTwo({ min: 0, max: 50 });
    const { connection, heard } = connected(pair);
    const keys = Array.from({ length: 30 }, (_, at) => String(at));
    for (const [at, key] of keys.entries()) connection.send(at, ask(key));
    pair.runFor(5000);
    expect(pair.asked).toEqual(keys);
    expect(heard.said).toEqual(keys.map((key) => `response ${key}`));
  });

  test("take as long as the schedule's noise says, and the same every time", () => {
    const arrivals = [1, 2].map(() => {
      const pair = new NetworkOfTwo({ min: 2, max: 9 });
      for (let at = 0; at < 20; at++) connected(pair).connection.send(0, ask("1"));
      pair.runFor(1000);
      return pair.received.map(({ atUs }) => atUs);
    });
    expect(arrivals[0]).toEqual(arrivals[1]);
    expect(new Set(arrivals[0]).size).toBeGreaterThan(15);
    expect(arrivals[0]!.every((atUs) => atUs >= 2000 && atUs <= 9000)).toBe(true);
  });

  test("are handled one by one: a connection is mute until its last request has been answered", () => {
    const pair = new NetworkOfTwo();
    pair.isPrompt = false;
    const { connection } = connected(pair);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.runFor(10);
    expect(pair.asked).toEqual(["1"]);
    pair.received[0]!.respond("nothing");
    pair.runFor(10);
    expect(pair.asked).toEqual(["1", "2"]);
  });

  test("to a client that has closed the connection are not delivered", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(1);
    connection.close();
    pair.runFor(10);
    expect(pair.asked).toEqual(["1"]);
    expect(heard.said).toEqual([]);
  });
});

describe("a cut link", () => {
  test("holds messages back and delivers them in order when it heals", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    pair.network.cut(pair.there);
    for (const [at, key] of ["1", "2", "3"].entries()) connection.send(at, ask(key));
    pair.runFor(1000);
    expect(pair.asked).toEqual([]);
    pair.network.heal(pair.there);
    pair.runFor(10);
    expect(pair.asked).toEqual(["1", "2", "3"]);
    expect(heard.said).toHaveLength(3);
  });

  test("lets nothing that was on its way when it healed overtake what it had held back", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    pair.network.cut(pair.there);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.runFor(1000);
    connection.send(2, ask("3"));
    connection.send(3, ask("4"));
    pair.network.heal(pair.there);
    pair.runFor(10);
    expect(pair.asked).toEqual(["1", "2", "3", "4"]);
    expect(heard.said).toHaveLength(4);
  });

  test("in one direction lets the other one through", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    pair.network.cut(pair.back);
    connection.send(0, ask("1"));
    pair.runFor(1000);
    expect(pair.asked).toEqual(["1"]);
    expect(heard.said).toEqual([]);
  });

  test("that two faults have cut is whole when both are healed", () => {
    const pair = new NetworkOfTwo();
    const { back, network, there } = pair;
    network.cut(there);
    network.cut(there);
    network.heal(there);
    expect(network.isCut(there)).toBe(true);
    network.heal(there);
    expect(network.isCut(there)).toBe(false);
    expect(network.isCut(back)).toBe(false);
  });

  test("delivers what a sender has long given up, also when it is cut again in between", () => {
    const pair = new NetworkOfTwo();
    const { connection } = connected(pair);
    pair.network.cut(pair.there);
    connection.send(0, ask("1"));
    pair.runFor(100);
    connection.close();
    pair.network.heal(pair.there);
    pair.network.cut(pair.there);
    pair.runFor(100);
    expect(pair.asked).toEqual([]);
    pair.network.heal(pair.there);
    pair.runFor(100);
    expect(pair.asked).toEqual(["1"]);
  });
});

describe("a cut of one listener", () => {
  test("leaves connections to the other one alone", () => {
    const pair = new NetworkOfTwo();
    const { client, server } = pair;
    pair.network.cut({ from: client, to: server, listener: "controller" });
    const asBroker = connected(pair);
    const heard = new Heard();
    const asController = pair.network.connect({ client, server, listener: "controller" }, heard);
    asBroker.connection.send(0, ask("1"));
    asController.send(0, ask("2"));
    pair.runFor(100);
    expect(pair.asked).toEqual(["1"]);
    pair.network.heal(pair.there);
    pair.runFor(100);
    expect(pair.asked).toEqual(["1"]);
    pair.network.heal({ from: client, to: server, listener: "controller" });
    pair.runFor(100);
    expect(pair.asked).toEqual(["1", "2"]);
    expect(heard.said).toEqual(["response 0"]);
  });

  test("and a cut of all hold a message until both are healed", () => {
    const pair = new NetworkOfTwo();
    const all = { from: pair.client, to: pair.server };
    pair.network.cut(all);
    pair.network.cut(pair.there);
    const { connection } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(100);
    pair.network.heal(all);
    pair.runFor(100);
    expect(pair.asked).toEqual([]);
    pair.network.heal(pair.there);
    pair.runFor(100);
    expect(pair.asked).toEqual(["1"]);
  });
});

describe("a slow link", () => {
  test("lets everything arrive so much later, in order, and is as quick as before when it is healed", () => {
    const pair = new NetworkOfTwo();
    const { connection } = connected(pair);
    connection.send(0, ask("1"));
    pair.network.slow(pair.there, 30_000);
    pair.network.slow(pair.there, 10_000);
    connection.send(1, ask("2"));
    pair.network.quicken(pair.there, 30_000);
    connection.send(2, ask("3"));
    pair.runFor(100);
    expect(pair.received.map(({ atUs }) => atUs)).toEqual([1000, 41_000, 41_000]);
    pair.network.quicken(pair.there, 10_000);
    connection.send(3, ask("4"));
    pair.runFor(100);
    expect(pair.received[3]!.atUs).toBe(101_000);
  });

  test("of one way lets the other one be quick", () => {
    const pair = new NetworkOfTwo();
    pair.network.slow(pair.back, 30_000);
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(10);
    expect(pair.asked).toEqual(["1"]);
    expect(heard.said).toEqual([]);
    expect(pair.network.hasLateMessages).toBe(true);
    pair.runFor(30);
    expect(heard.said).toEqual(["response 0"]);
    expect(pair.network.hasLateMessages).toBe(false);
  });
});

describe("a server that is gone", () => {
  test("resets its connections when its process is killed, and refuses new ones", () => {
    const pair = new NetworkOfTwo();
    pair.isPrompt = false;
    const first = connected(pair);
    first.connection.send(0, ask("1"));
    pair.runFor(5);
    pair.server.kill();
    pair.runFor(5);
    expect(first.heard.said).toEqual(["reset"]);
    const second = connected(pair);
    second.connection.send(0, ask("2"));
    pair.runFor(5);
    expect(second.heard.said).toEqual(["reset"]);
  });

  test("says nothing when its machine has lost power", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    pair.network.setSilent(pair.server, true);
    pair.server.kill();
    connection.send(1, ask("2"));
    pair.runFor(1000);
    expect(heard.said).toEqual(["response 0"]);
  });

  test("takes no connection without power, and knows of none that was tried when it is back", () => {
    const pair = new NetworkOfTwo();
    pair.network.setSilent(pair.server, true);
    pair.server.kill();
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    pair.network.setSilent(pair.server, false);
    pair.server.start();
    connection.send(1, ask("2"));
    pair.runFor(5);
    expect(pair.asked).toEqual([]);
    expect(heard.said).toEqual(["reset"]);
  });

  test("and has come back knows nothing of the connections of its former life", () => {
    const pair = new NetworkOfTwo();
    pair.isPrompt = false;
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    pair.network.setSilent(pair.server, true);
    pair.server.kill();
    pair.network.setSilent(pair.server, false);
    pair.server.start();
    pair.received[0]!.respond("nothing");
    connection.send(1, ask("2"));
    pair.runFor(5);
    expect(pair.asked).toEqual(["1"]);
    expect(heard.said).toEqual(["reset"]);
  });
});

test("a server that closes the connection instead of answering resets it", () => {
  const pair = new NetworkOfTwo();
  pair.isPrompt = false;
  const { connection, heard } = connected(pair);
  connection.send(0, ask("1"));
  pair.runFor(5);
  pair.received[0]!.respond("close");
  pair.runFor(5);
  expect(heard.said).toEqual(["reset"]);
});
