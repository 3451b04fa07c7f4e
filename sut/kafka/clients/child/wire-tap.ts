/**
 * Reads along on a client's connections to the brokers, without changing a byte.
 *
 * kafkajs tells little of what it does: not the generation in which it commits, not which of several attempts wrote a record.
 * The protocol says it all, and kafkajs lets its sockets be made by somebody else. So sockets are real ones, whose requests and
 * responses are looked at in passing. Versions of the requests that are read are fixed for each API, and another one is an error,
 * so that a kafkajs that speaks differently is noticed at once.
 */

import { connect } from "node:net";
import type { Socket } from "node:net";
import type { ISocketFactory } from "kafkajs";
import { ProtocolReader } from "../../wire/protocol-reader.ts";

/** What somebody wants to know who has seen a request leave. */
export interface ResponseListener {
  onResponse(body: ProtocolReader): void;
  /** The connection has ended, and no response will come. */
  onLost(): void;
}

/** For who only wants to know about a response that comes. */
export const whenAnswered = (onResponse: ResponseListener["onResponse"]): ResponseListener => ({
  onResponse,
  onLost: () => undefined,
});

/** Who wants to see the requests of one API. */
export interface RequestListener {
  readonly apiKey: number;
  readonly apiVersion: number;
  /** A request is leaving. Returns who wants to know about its response. */
  onRequest(body: ProtocolReader): ResponseListener | undefined;
}

/** Makes sockets for kafkajs that tell `listeners` what passes. `onError` hears of requests that could not be read. */
export function tappedSocketFactory(listeners: readonly RequestListener[], onError: (error: unknown) => void): ISocketFactory {
  const byApi = new Map(listeners.map((listener) => [listener.apiKey, listener]));
  return ({ host, onConnect, port }) => {
    const socket = connect({ host, port }, onConnect);
    socket.setKeepAlive(true);
    tap(socket, byApi, onError);
    return socket;
  };
}

function tap(socket: Socket, listeners: ReadonlyMap<number, RequestListener>, onError: (error: unknown) => void): void {
  const waiting = new Map<number, ResponseListener>();
  const guarded = (look: () => void): void => {
    try {
      look();
    } catch (error) {
      onError(error);
    }
  };
  // kafkajs writes each request whole, in one call.
  const write = socket.write.bind(socket) as (...parameters: readonly unknown[]) => boolean;
  socket.write = (bytes: Buffer, ...rest: readonly unknown[]): boolean => {
    guarded(() => seeRequest(bytes, listeners, waiting));
    return write(bytes, ...rest);
  };
  const frames = new Frames((frame) => {
    guarded(() => {
      const correlationId = frame.int32();
      const listener = waiting.get(correlationId);
      waiting.delete(correlationId);
      listener?.onResponse(frame);
    });
  });
  // Registered before kafkajs's own: what a response brings about is seen after the response.
  socket.on("data", (chunk) => frames.push(chunk));
  socket.on("close", () => {
    const lost = [...waiting.values()];
    waiting.clear();
    guarded(() => {
      for (const listener of lost) listener.onLost();
    });
  });
}

function seeRequest(
  bytes: Buffer,
  listeners: ReadonlyMap<number, RequestListener>,
  waiting: Map<number, ResponseListener>,
): void {
  const reader = new ProtocolReader(bytes);
  reader.int32();
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const listener = listeners.get(apiKey);
  if (listener === undefined) return;
  if (listener.apiVersion !== apiVersion) {
    throw new Error(
      `kafkajs sends API ${apiKey} in version ${apiVersion}, but kafka-trial reads version ${listener.apiVersion}`,
    );
  }
  const correlationId = reader.int32();
  reader.string();
  const responseListener = listener.onRequest(reader);
  if (responseListener !== undefined) waiting.set(correlationId, responseListener);
}

/** Puts the chunks of a stream together to responses, each behind its length. */
class Frames {
  private readonly onFrame: (frame: ProtocolReader) => void;
  private chunks: Buffer = Buffer.alloc(0);

  constructor(onFrame: (frame: ProtocolReader) => void) {
    this.onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.chunks = this.chunks.length === 0 ? chunk : Buffer.concat([this.chunks, chunk]);
    while (this.chunks.length >= 4) {
      const size = this.chunks.readInt32BE(0);
      if (this.chunks.length < 4 + size) return;
      const frame = new ProtocolReader(this.chunks.subarray(4, 4 + size));
      this.chunks = this.chunks.subarray(4 + size);
      this.onFrame(frame);
    }
  }
}
