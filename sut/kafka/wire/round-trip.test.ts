import { expect, test } from "vitest";
import { fakeBroker } from "../../../test/kafka/fake-broker.ts";
import { ProtocolWriter } from "./protocol-writer.ts";
import { roundTrip } from "./round-trip.ts";
import type { Request } from "./round-trip.ts";

const request: Request = { apiKey: 3, apiVersion: 7, isFlexible: false, body: new ProtocolWriter().int32(42) };

test("a request reaches the broker as it was written, and its answer comes back", async () => {
  await using broker = await fakeBroker(({ apiKey, apiVersion, body }) =>
    new ProtocolWriter().int16(apiKey).int16(apiVersion).int32(body.int32()).toBuffer(),
  );
  const answer = await roundTrip(broker.peer, request);
  expect([answer.int16(), answer.int16(), answer.int32()]).toEqual([3, 7, 42]);
});

test("the header of a flexible version has tagged fields, in the request and in the answer", async () => {
  await using broker = await fakeBroker(({ body }) => {
    body.tags();
    return new ProtocolWriter().noTags().int32(body.int32()).toBuffer();
  });
  const answer = await roundTrip(broker.peer, { ...request, isFlexible: true });
  expect(answer.int32()).toBe(42);
});

test("a broker that stays silent is given up after the time that it has", async () => {
  await using broker = await fakeBroker(() => "silence");
  await expect(roundTrip(broker.peer, request)).rejects.toThrow(/has not answered in 300 ms/);
});

test("a connection that ends before the answer is an error", async () => {
  await using broker = await fakeBroker(() => "hang up");
  await expect(roundTrip(broker.peer, request)).rejects.toThrow(/closed the connection|ECONNRESET/);
});

test("nobody listening is an error", async () => {
  const broker = await fakeBroker(() => "silence");
  await broker[Symbol.asyncDispose]();
  await expect(roundTrip(broker.peer, request)).rejects.toThrow(/cannot be asked/);
});
