import { expect, test } from "vitest";
import { offset, topicPartition } from "../../../../model/ids.ts";
import type { ClientEvent, Unstamped } from "../../../../model/history.ts";
import { TrialNames } from "../../trial/trial-names.ts";
import { ProtocolReader } from "../../wire/protocol-reader.ts";
import { ProtocolWriter } from "../../wire/protocol-writer.ts";
import { MemberTap } from "./member-tap.ts";

type Write = (writer: ProtocolWriter) => unknown;

const readerOf = (write: Write): ProtocolReader => {
  const writer = new ProtocolWriter();
  write(writer);
  return new ProtocolReader(writer.toBuffer());
};
const onCluster = topicPartition("t1-orders", 0);
const topicsOf = (writer: ProtocolWriter, write: () => unknown): ProtocolWriter =>
  writer.array(["t1-orders"], (topic) => writer.string(topic).array([0], (index) => (writer.int32(index), write())));

/** A member's connections, and what is reported of them. */
class Wire {
  readonly events: Unstamped<ClientEvent>[] = [];
  readonly tap: MemberTap;

  constructor() {
    const names = new TrialNames("t1-");
    this.tap = new MemberTap({
      client: "c1",
      group: "billing",
      inSchedule: (partition) => names.inSchedule(partition),
      report: {
        event: (event) => this.events.push(event),
        ready: () => undefined,
        busy: () => undefined,
        failed: () => undefined,
        flushed: () => Promise.resolve(),
      },
    });
  }

  /** Sends a request, and returns how to answer it; null ends the connection. */
  send(apiKey: number, write: Write): (response: Write | null) => void {
    const listener = this.tap
      .listeners()
      .find((one) => one.apiKey === apiKey)!
      .onRequest(readerOf(write));
    return (response) => (response === null ? listener?.onLost() : listener?.onResponse(readerOf(response)));
  }

  /** Has the member join generation `number` and be assigned orders-0. */
  join(number: number): void {
    this.send(11, () => undefined);
    const answer = this.send(14, (writer) => writer.string("t1-billing").int32(number).string("c1-7"));
    answer((writer) => {
      const assignment = topicsOf(new ProtocolWriter().int16(0), () => undefined).toBuffer();
      writer.int32(0).int16(0).int32(assignment.length);
      for (let at = 0; at < assignment.length; at++) writer.int8(assignment.readInt8(at));
    });
  }

  fetch(from: number): void {
    this.send(1, (writer) => {
      writer.int32(-1).int32(0).int32(0).int32(0).int8(0).int32(0).int32(-1);
      topicsOf(writer, () => writer.int32(-1).int64(from).int64(-1).int32(0));
    });
  }

  commit(number: number, committed: number): (response: Write | null) => void {
    return this.send(8, (writer) => {
      writer.string("t1-billing").int32(number).string("c1-7");
      topicsOf(writer, () => writer.int64(committed).string(null));
    });
  }

  offsetFetch(committed: number): void {
    this.send(9, () => undefined)((writer) => topicsOf(writer.int32(0), () => writer.int64(committed).string("").int16(0)));
  }

  listOffsets(timestamp: number, found: number): void {
    const answer = this.send(2, (writer) => topicsOf(writer.int32(-1).int8(1), () => writer.int64(timestamp)));
    answer((writer) => topicsOf(writer.int32(0), () => writer.int16(0).int64(-1).int64(found)));
  }

  heartbeat(error: number): void {
    this.send(12, () => undefined)((writer) => writer.int32(0).int16(error));
  }
}

const who = { client: "c1", group: "billing", member: "c1-7", generation: 3 };

test("an assignment is told with its generation, and given back when the member joins anew", () => {
  const wire = new Wire();
  wire.join(3);
  expect(wire.tap.holding).toEqual({ member: "c1-7", generation: 3, partitions: ["orders-0"] });
  wire.heartbeat(27);
  wire.join(4);
  expect(wire.events).toEqual([
    { kind: "assigned", ...who, partitions: ["orders-0"] },
    { kind: "revoked", ...who, partitions: ["orders-0"] },
    { kind: "assigned", ...who, generation: 4, partitions: ["orders-0"] },
  ]);
});

test.each([22, 25])("after error %i the assignment is lost, not given back", (error) => {
  const wire = new Wire();
  wire.join(3);
  wire.heartbeat(error);
  wire.send(11, () => undefined);
  expect(wire.events.at(-1)).toEqual({ kind: "lost", ...who, partitions: ["orders-0"] });
  expect(wire.tap.holding).toBeUndefined();
});

test("a member that leaves gives its partitions back", () => {
  const wire = new Wire();
  wire.join(3);
  wire.send(13, () => undefined);
  expect(wire.events.at(-1)).toMatchObject({ kind: "revoked" });
});

test.each([
  ["committed", (wire: Wire) => wire.offsetFetch(5)],
  ["earliest", (wire: Wire) => wire.listOffsets(-2, 5)],
  ["latest", (wire: Wire) => wire.listOffsets(-1, 5)],
])("reading begins at the %s offset with the first fetch, however often it was asked for", (from, ask) => {
  const wire = new Wire();
  wire.join(3);
  ask(wire);
  ask(wire);
  wire.fetch(5);
  wire.fetch(6);
  expect(wire.events.slice(1)).toEqual([{ kind: "position-set", ...who, partition: "orders-0", offset: 5, from }]);
});

test("records are of the assignment under which they were asked for", () => {
  const wire = new Wire();
  wire.join(3);
  wire.fetch(5);
  const before = wire.tap.holding;
  wire.join(4);
  expect(wire.tap.fetchedUnder(onCluster, offset(5))).toBe(before);
  expect(before).not.toBe(wire.tap.holding);
  wire.fetch(5);
  expect(wire.tap.fetchedUnder(onCluster, offset(5))).toBe(wire.tap.holding);
});

test("after the application has broken off, reading begins anew", () => {
  const wire = new Wire();
  wire.join(3);
  wire.fetch(5);
  wire.tap.beginAnew(onCluster);
  wire.fetch(2);
  expect(wire.events.at(-1)).toEqual({ kind: "position-set", ...who, partition: "orders-0", offset: 2, from: "committed" });
});

test("each commit request is a commit with the generation that it names, and with its own outcome", () => {
  const wire = new Wire();
  wire.join(3);
  const first = wire.commit(3, 5);
  const second = wire.commit(2, 6);
  const third = wire.commit(3, 7);
  second((writer) => topicsOf(writer.int32(0), () => writer.int16(22)));
  first((writer) => topicsOf(writer.int32(0), () => writer.int16(0)));
  third(null);
  const offsets = [{ partition: "orders-0", offset: 5 }];
  expect(wire.events.slice(1)).toMatchObject([
    { kind: "commit-started", ...who, commit: 0, offsets },
    { kind: "commit-started", generation: 2, commit: 1 },
    { kind: "commit-started", commit: 2 },
    { kind: "commit-refused", commit: 1, error: "ILLEGAL_GENERATION" },
    { kind: "commit-acked", commit: 0 },
    { kind: "commit-unknown", commit: 2, error: "DISCONNECTED" },
  ]);
});
