import { describe, expect, test } from "vitest";
import { ask, connected, NetworkOfTwo } from "./hand-made-network.ts";

describe("connections that are reset", () => {
  test("lose the requests that are on their way, or wait for their turn", () => {
    const pair = new NetworkOfTwo();
    pair.isPrompt = false;
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.runFor(2);
    connection.send(2, ask("3"));
    pair.network.reset(pair.client, pair.server, "lost");
    connection.send(3, ask("4"));
    pair.runFor(10);
    pair.received[0]!.respond({ errorCode: 0, nodeId: 1 } as never);
    pair.runFor(10);
    expect(pair.asked).toEqual(["1"]);
    expect(heard.said).toEqual(["reset"]);
  });

  test("or let them be handled without an answer, but for those that are sent later", () => {
    const pair = new NetworkOfTwo();
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.network.reset(pair.server, pair.client, "handled");
    connection.send(2, ask("3"));
    pair.runFor(10);
    expect(pair.asked).toEqual(["1", "2"]);
    expect(heard.said).toEqual(["reset"]);
  });

  test("are those that stood: the next one works", () => {
    const pair = new NetworkOfTwo();
    const first = connected(pair);
    first.connection.send(0, ask("1"));
    pair.runFor(10);
    pair.network.reset(pair.client, pair.server, "lost");
    const second = connected(pair);
    second.connection.send(0, ask("2"));
    pair.runFor(10);
    expect(first.heard.said).toEqual(["response 0", "reset"]);
    expect(second.heard.said).toEqual(["response 0"]);
  });

  test("answer nothing that was answered just before, and what the client has closed is not reset", () => {
    const pair = new NetworkOfTwo();
    const answered = connected(pair);
    answered.connection.send(0, ask("1"));
    pair.runFor(1);
    expect(pair.asked).toEqual(["1"]);
    const closed = connected(pair);
    closed.connection.close();
    pair.network.reset(pair.client, pair.server, "handled");
    pair.runFor(10);
    expect(answered.heard.said).toEqual(["reset"]);
    expect(closed.heard.said).toEqual([]);
  });
});

describe("a response that is to be lost", () => {
  test("resets the connection after the request was handled, once", () => {
    const pair = new NetworkOfTwo();
    pair.network.requestFaults.loseResponse({ client: pair.client, api: "FindCoordinator", listener: undefined });
    const first = connected(pair);
    first.connection.send(0, ask("1"));
    pair.runFor(5);
    expect(pair.asked).toEqual(["1"]);
    expect(first.heard.said).toEqual(["reset"]);
    const second = connected(pair);
    second.connection.send(0, ask("2"));
    pair.runFor(5);
    expect(second.heard.said).toEqual(["response 0"]);
  });

  test("is of the client and the request that were named, or of nobody", () => {
    const pair = new NetworkOfTwo();
    pair.network.requestFaults.loseResponse({ client: pair.server, api: "FindCoordinator", listener: undefined });
    pair.network.requestFaults.loseResponse({ client: pair.client, api: "Fetch", listener: undefined });
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    expect(heard.said).toEqual(["response 0"]);
  });

  test("is kept when the fault has been healed before", () => {
    const pair = new NetworkOfTwo();
    pair.network.requestFaults.loseResponse({ client: pair.client, api: "FindCoordinator", listener: undefined });
    pair.network.requestFaults.keepResponses(pair.client);
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    expect(heard.said).toEqual(["response 0"]);
  });
});

describe("a request that is held up", () => {
  const finding = (pair: NetworkOfTwo, breaks: boolean, delayUs: number): void =>
    pair.network.requestFaults.arm({ client: pair.client, api: "FindCoordinator", listener: undefined }, { delayUs, breaks });

  test("arrives so much later, and whatever follows on its connection arrives after it", () => {
    const pair = new NetworkOfTwo();
    finding(pair, false, 50_000);
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.runFor(100);
    expect(pair.received.map(({ atUs }) => atUs)).toEqual([51_000, 51_000]);
    expect(heard.said).toEqual(["response 0", "response 1"]);
  });

  test("arrives after the one that its sender has sent instead, over another connection", () => {
    const pair = new NetworkOfTwo();
    finding(pair, false, 50_000);
    const first = connected(pair);
    first.connection.send(0, ask("1"));
    pair.runFor(20);
    first.connection.close();
    const second = connected(pair);
    second.connection.send(0, ask("2"));
    expect(pair.network.hasLateMessages).toBe(true);
    pair.runFor(100);
    expect(pair.network.hasLateMessages).toBe(false);
    expect(pair.asked).toEqual(["2", "1"]);
    expect(first.heard.said).toEqual([]);
    expect(second.heard.said).toEqual(["response 0"]);
  });

  test("for the process that had taken its connection is for nobody, when that one has been started again", () => {
    const pair = new NetworkOfTwo();
    finding(pair, false, 50_000);
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(20);
    pair.server.kill();
    pair.server.start();
    pair.runFor(100);
    expect(pair.asked).toEqual([]);
    expect(heard.said).toEqual(["reset"]);
  });

  test("reaches its server although the process that sent it is gone", () => {
    const pair = new NetworkOfTwo();
    finding(pair, false, 50_000);
    connected(pair).connection.send(0, ask("1"));
    pair.client.kill();
    pair.client.start();
    pair.runFor(100);
    expect(pair.asked).toEqual(["1"]);
  });

  test("and whose connection breaks behind it is handled, and not answered", () => {
    const pair = new NetworkOfTwo();
    finding(pair, true, 50_000);
    const { connection, heard } = connected(pair);
    connection.send(0, ask("1"));
    connection.send(1, ask("2"));
    pair.runFor(20);
    expect(heard.said).toEqual(["reset"]);
    const second = connected(pair);
    second.connection.send(0, ask("1"));
    pair.runFor(100);
    expect(pair.asked).toEqual(["1", "1"]);
    expect(pair.received.map(({ atUs }) => atUs)).toEqual([21_000, 51_000]);
    expect(heard.said).toEqual(["reset"]);
    expect(second.heard.said).toEqual(["response 0"]);
  });

  test("is the next one of its kind, from its sender, to the listener that was named, and none when the fault is healed", () => {
    const pair = new NetworkOfTwo();
    const { requestFaults } = pair.network;
    const fault = { delayUs: 50_000, breaks: false };
    const others = [
      { client: pair.server, api: "FindCoordinator", listener: undefined },
      { client: pair.client, api: "Fetch", listener: undefined },
      { client: pair.client, api: "FindCoordinator", listener: "controller" },
    ] as const;
    for (const of of others) requestFaults.arm(of, fault);
    const named = { client: pair.client, api: "FindCoordinator", listener: "broker" } as const;
    requestFaults.arm(named, fault);
    requestFaults.disarm(named);
    const { connection } = connected(pair);
    connection.send(0, ask("1"));
    pair.runFor(5);
    expect(pair.asked).toEqual(["1"]);
    requestFaults.arm(named, fault);
    connection.send(1, ask("2"));
    connected(pair).connection.send(2, ask("3"));
    pair.runFor(5);
    expect(pair.asked).toEqual(["1", "3"]);
  });
});
