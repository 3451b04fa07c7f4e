import { expect, test } from "vitest";
import { ask, NetworkOfTwo } from "./hand-made-network.ts";
import { RequestChannel } from "./request-channel.ts";

interface Scene {
  readonly pair: NetworkOfTwo;
  readonly channel: RequestChannel;
  /** Answers in the order in which they came: the server's number, or nothing. */
  readonly answers: (number | undefined)[];
  readonly lost: () => number;
  readonly send: (key: string, timeoutMs?: number) => void;
}

function scene(): Scene {
  const pair = new NetworkOfTwo();
  let lost = 0;
  const channel = new RequestChannel(pair.network, pair.ends, () => lost++);
  const answers: (number | undefined)[] = [];
  const send = (key: string, timeoutMs = 100): void =>
    channel.send(ask(key), timeoutMs, (response) => answers.push(response?.nodeId));
  return { pair, channel, answers, lost: () => lost, send };
}

test("each request gets its own answer", () => {
  const { answers, pair, send } = scene();
  send("7");
  send("8");
  pair.runFor(20);
  expect(answers).toEqual([7, 8]);
});

test("a request without an answer in time takes everything in flight on its connection down with it", () => {
  const { answers, lost, pair, send } = scene();
  pair.isPrompt = false;
  send("1", 100);
  send("2", 5000);
  pair.runFor(99);
  expect(answers).toEqual([]);
  pair.runFor(2);
  expect(answers).toEqual([undefined, undefined]);
  expect(lost()).toBe(1);
});

test("an answer that comes after the time-out is not heard", () => {
  const { answers, pair, send } = scene();
  pair.isPrompt = false;
  send("1", 100);
  pair.runFor(200);
  pair.received[0]!.respond({ errorCode: 0, nodeId: 1 } as never);
  pair.runFor(200);
  expect(answers).toEqual([undefined]);
});

test("after a reset the next request opens another connection", () => {
  const { answers, pair, send } = scene();
  pair.server.kill();
  send("1");
  pair.runFor(20);
  expect(answers).toEqual([undefined]);
  pair.server.start();
  send("2");
  pair.runFor(20);
  expect(answers).toEqual([undefined, 2]);
});

test("the loss of an idle connection is heard as well", () => {
  const { lost, pair, send } = scene();
  send("1");
  pair.runFor(20);
  pair.server.kill();
  pair.runFor(20);
  expect(lost()).toBe(1);
});

test("a later request has its whole time, whenever the earlier one was sent", () => {
  const { answers, pair, send } = scene();
  send("1", 100);
  pair.runFor(90);
  pair.isPrompt = false;
  send("2", 100);
  pair.runFor(95);
  expect(answers).toEqual([1]);
  pair.runFor(10);
  expect(answers).toEqual([1, undefined]);
});

test("a request with a short timeout does not wait for that of an earlier one which is longer", () => {
  const { answers, pair, send } = scene();
  pair.isPrompt = false;
  send("1", 5000);
  send("2", 100);
  pair.runFor(99);
  expect(answers).toEqual([]);
  pair.runFor(2);
  expect(answers).toEqual([undefined, undefined]);
});

test("an earlier request that was answered leaves a later one its own deadline, however the timer stands", () => {
  const { answers, pair, send } = scene();
  send("1", 50);
  pair.runFor(20);
  pair.isPrompt = false;
  send("2", 300);
  send("3", 200);
  pair.runFor(199);
  expect(answers).toEqual([1]);
  pair.runFor(2);
  expect(answers).toEqual([1, undefined, undefined]);
});

test("a request is over when the client's clock jumps past its deadline, and a later one has its time by that clock", () => {
  const { answers, pair, send } = scene();
  pair.isPrompt = false;
  send("1", 100);
  pair.client.jumpClock(60_000);
  pair.runFor(39);
  expect(answers).toEqual([]);
  pair.runFor(2);
  expect(answers).toEqual([undefined]);
  send("2", 100);
  send("3", 50);
  pair.client.jumpClock(60_000);
  pair.runFor(1);
  expect(answers).toEqual([undefined, undefined, undefined]);
});

test("closing answers whatever is in flight with nothing", () => {
  const { answers, channel, pair, send } = scene();
  pair.isPrompt = false;
  send("1");
  pair.runFor(10);
  channel.close();
  expect(answers).toEqual([undefined]);
});
