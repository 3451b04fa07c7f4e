/**
 * One request over a connection of its own, and its answer. No retries, no state that is shared with anybody: this is how the
 * harness asks brokers, apart from the client under test.
 */

import { connect } from "node:net";
import { ProtocolReader } from "./protocol-reader.ts";
import { ProtocolWriter } from "./protocol-writer.ts";

/** A broker that is asked, and how long to wait for its answer. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

export interface Request {
  /** The protocol's number of the request, and the version in which it is written. */
  readonly apiKey: number;
  readonly apiVersion: number;
  /** Whether headers carry tagged fields (KIP-482): from which version on is fixed for each API. */
  readonly isFlexible: boolean;
  readonly body: ProtocolWriter;
}

const clientId = "kafka-trial-observer";
/** There is one request a connection, so any number will do. */
const correlationId = 1;

/**
 * Sends `request` and returns a reader at the start of the answer's body.
 *
 * Rejects where nobody listens, where the connection ends, and where no whole answer has come in time.
 */
export function roundTrip(to: Peer, request: Request): Promise<ProtocolReader> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port });
    let answer: Buffer = Buffer.alloc(0);
    const finish = (outcome: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      outcome();
    };
    const fail = (why: string): void => finish(() => reject(new Error(`${to.host}:${to.port} ${why}`)));
    const timer = setTimeout(() => fail(`has not answered in ${to.timeoutMs} ms`), to.timeoutMs);
    socket.on("connect", () => socket.write(encode(request)));
    socket.on("error", (error) => fail(`cannot be asked: ${error.message}`));
    socket.on("close", () => fail("closed the connection"));
    socket.on("data", (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) return;
      const reader = new ProtocolReader(answer.subarray(4));
      reader.int32();
      if (request.isFlexible) reader.tags();
      finish(() => resolve(reader));
    });
  });
}

function encode({ apiKey, apiVersion, body, isFlexible }: Request): Buffer {
  const header = new ProtocolWriter().int16(apiKey).int16(apiVersion).int32(correlationId).string(clientId);
  if (isFlexible) header.noTags();
  const frame = Buffer.concat([header.toBuffer(), body.toBuffer()]);
  return Buffer.concat([new ProtocolWriter().int32(frame.length).toBuffer(), frame]);
}
