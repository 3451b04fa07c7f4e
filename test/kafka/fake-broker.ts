/** A server on loopback that answers Kafka requests as a test says, for tests of those who speak the protocol. */

import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { ProtocolReader } from "../../sut/kafka/wire/protocol-reader.ts";
import { ProtocolWriter } from "../../sut/kafka/wire/protocol-writer.ts";
import type { Peer } from "../../sut/kafka/wire/round-trip.ts";

export interface FakeRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  /** At the start of the body; of flexible versions at the header's tagged fields. */
  readonly body: ProtocolReader;
}

/** What is answered: a body; nothing at all; or the end of the connection. */
export type FakeAnswer = Buffer | "silence" | "hang up";

export interface FakeBroker extends AsyncDisposable {
  readonly peer: Peer;
}

/** Starts a broker that answers each request with what `answer` returns. */
export async function fakeBroker(answer: (request: FakeRequest) => FakeAnswer): Promise<FakeBroker> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let received: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0);
        respond(socket, new ProtocolReader(received.subarray(4, 4 + size)), answer);
        received = received.subarray(4 + size);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    peer: { host: "127.0.0.1", port, timeoutMs: 300 },
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function respond(socket: Socket, request: ProtocolReader, answer: (request: FakeRequest) => FakeAnswer): void {
  const apiKey = request.int16();
  const apiVersion = request.int16();
  const correlationId = request.int32();
  request.string();
  const answered = answer({ apiKey, apiVersion, body: request });
  if (answered === "hang up") socket.destroy();
  if (!Buffer.isBuffer(answered)) return;
  const header = new ProtocolWriter().int32(answered.length + 4).int32(correlationId);
  socket.write(Buffer.concat([header.toBuffer(), answered]));
}
