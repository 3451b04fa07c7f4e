import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { fakeBroker } from "../../../../test/kafka/fake-broker.ts";
import type { FakeAnswer, FakeRequest } from "../../../../test/kafka/fake-broker.ts";
import { ProtocolWriter } from "../../wire/protocol-writer.ts";
import { tappedSocketFactory } from "./wire-tap.ts";
import type { RequestListener } from "./wire-tap.ts";

const heartbeat = { apiKey: 12, apiVersion: 3 };

/** A request as kafkajs writes it, with one number for a body. */
const requestBytes = (apiKey: number, apiVersion: number, correlationId: number): Buffer => {
  const frame = new ProtocolWriter().int16(apiKey).int16(apiVersion).int32(correlationId).string("c1").int32(99).toBuffer();
  return Buffer.concat([new ProtocolWriter().int32(frame.length).toBuffer(), frame]);
};

/** Notes what it hears of heartbeats. */
function listening(): { readonly heard: string[]; readonly listener: RequestListener } {
  const heard: string[] = [];
  const listener: RequestListener = {
    ...heartbeat,
    onRequest: (body) => {
      heard.push(`request ${body.int32()}`);
      return { onResponse: (response) => heard.push(`response ${response.int16()}`), onLost: () => heard.push("lost") };
    },
  };
  return { heard, listener };
}

async function tapped(
  listener: RequestListener,
  answer: (request: FakeRequest) => FakeAnswer,
): Promise<AsyncDisposable & { readonly socket: Socket; readonly errors: unknown[] }> {
  const broker = await fakeBroker(answer);
  const errors: unknown[] = [];
  const factory = tappedSocketFactory([listener], (error) => errors.push(error));
  const { host, port } = broker.peer;
  const socket = factory({ host, port, ssl: undefined as never, onConnect: () => undefined });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const dispose = async (): Promise<void> => {
    socket.destroy();
    await broker[Symbol.asyncDispose]();
  };
  return { socket, errors, [Symbol.asyncDispose]: dispose };
}

test("a request is seen as it leaves, and its response before the client sees it", async () => {
  const { heard, listener } = listening();
  await using tap = await tapped(listener, () => new ProtocolWriter().int16(27).toBuffer());
  tap.socket.on("data", () => heard.push("client"));
  tap.socket.write(requestBytes(heartbeat.apiKey, heartbeat.apiVersion, 7), "binary");
  expect(heard).toEqual(["request 99"]);
  await once(tap.socket, "data");
  expect(heard).toEqual(["request 99", "response 27", "client"]);
});

test("responses in pieces, several at once, and those of other requests are told apart", async () => {
  const { heard, listener } = listening();
  let requests = 0;
  await using tap = await tapped(listener, () => new ProtocolWriter().int16(++requests).toBuffer());
  const bytes = Buffer.concat([4, 5, 6].map((id) => requestBytes(id === 5 ? 3 : heartbeat.apiKey, 3, id)));
  // One write a request, as kafkajs does; what the system makes of them is its own matter.
  const size = bytes.length / 3;
  for (let at = 0; at < 3; at++) tap.socket.write(bytes.subarray(at * size, (at + 1) * size));
  await expect.poll(() => heard).toEqual(["request 99", "request 99", "response 1", "response 3"]);
});

test("a request is lost when its connection ends", async () => {
  const { heard, listener } = listening();
  await using tap = await tapped(listener, () => "hang up");
  tap.socket.write(requestBytes(heartbeat.apiKey, heartbeat.apiVersion, 1));
  await expect.poll(() => heard).toEqual(["request 99", "lost"]);
});

test("a version that cannot be read is reported, and the request goes out all the same", async () => {
  const { heard, listener } = listening();
  let arrived = 0;
  await using tap = await tapped(listener, () => {
    arrived++;
    return "silence";
  });
  tap.socket.write(requestBytes(heartbeat.apiKey, 4, 1));
  await expect.poll(() => arrived).toBe(1);
  expect(String(tap.errors[0])).toMatch(/version 4.*reads version 3/);
  expect(heard).toEqual([]);
});
