import { expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { brokerId, leaderEpoch, offset, topicPartition } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import { defaultConsumerSettings } from "../../../model/settings.ts";
import { EventLoop } from "../event-loop.ts";
import { Host } from "../host.ts";
import { Network } from "../network.ts";
import type { Reply } from "../network.ts";
import { Recorder } from "../recorder.ts";
import type { Request } from "../protocol/messages.ts";
import { kafkaRules } from "../rules/rules.ts";
import { Fetcher } from "./fetcher.ts";
import { ClientMetadata } from "./metadata.ts";
import { Reconnects } from "./reconnects.ts";

const orders = topicPartition("orders", 0);
const leader = brokerId(1);
const follower = brokerId(2);

/** What a broker says to a fetch: an error, or whom it sends the consumer to. */
type Says = { readonly error: ErrorCode } | { readonly preferred: BrokerId };

/** A consumer at offset 5 of `orders-0`, its leader and a follower, who answer its fetches with what is next in their lists. */
class Scene {
  readonly loop = new EventLoop();
  /** Whom the consumer has asked for what, in order; metadata is left out. */
  readonly asked: string[] = [];
  readonly resets: number[] = [];
  private readonly says: Map<BrokerId, Says[]>;

  constructor(leaderSays: readonly Says[], followerSays: readonly Says[]) {
    this.says = new Map([
      [leader, [...leaderSays]],
      [follower, [...followerSays]],
    ]);
    const { loop } = this;
    const network = new Network(loop, { seed: "0badcafe", latencyMs: { min: 1, max: 1 } });
    const host = new Host("c1", loop);
    host.start();
    const hosts = new Map([leader, follower].map((id) => [id, this.broker(id, network)]));
    const reconnects = new Reconnects(host, network);
    const record = new Recorder(loop, () => undefined);
    const context = { id: "c1", host, network, rules: kafkaRules, record, hosts, reconnects, transactionVersion: 2 as const };
    const metadata = new ClientMetadata(context, ["orders"], () => fetcher.fetch());
    const settings = { ...defaultConsumerSettings, "client.rack": "near" };
    const fetcher = new Fetcher(context, settings, metadata, {
      onRecords: () => undefined,
      onReset: (_partition, position) => this.resets.push(position),
    });
    metadata.refresh();
    fetcher.assign([orders], new Map([[orders, offset(5)]]));
    while (loop.step(1_000_000));
  }

  private broker(id: BrokerId, network: Network): Host {
    const host = new Host(`broker-${id}`, this.loop);
    host.start();
    network.listen(host, {
      receive: (request, _client, respond) => {
        if (request.api !== "Metadata") this.asked.push(`${request.api} ${id}`);
        const reply = this.replyOf(id, request);
        if (reply !== undefined) respond(reply);
      },
    });
    return host;
  }

  /** Undefined where nothing more is said: the consumer waits. */
  private replyOf(id: BrokerId, request: Request): Reply | undefined {
    switch (request.api) {
      case "Metadata":
        return metadataReply;
      case "ListOffsets": {
        const partition = {
          partitionIndex: 0,
          errorCode: errorCode.NONE,
          timestamp: -1,
          offset: offset(0),
          leaderEpoch: epoch,
        };
        return { topics: [{ name: "orders", partitions: [partition] }] };
      }
      default: {
        const said = this.says.get(id)!.shift();
        if (said === undefined) return undefined;
        const error = "error" in said ? said.error : errorCode.NONE;
        const unknown = { highWatermark: offset(9), logStartOffset: offset(0), records: [] };
        const preferred = "preferred" in said && { preferredReadReplica: said.preferred };
        const partition = { partitionIndex: 0, errorCode: error, ...unknown, ...preferred };
        return { responses: [{ topic: "orders", partitions: [partition] }] };
      }
    }
  }
}

const epoch = leaderEpoch(0);
const placed = { leaderId: leader, leaderEpoch: epoch, replicaNodes: [leader, follower], isrNodes: [leader, follower] };
const metadataReply: Reply = {
  brokers: [{ nodeId: leader }, { nodeId: follower }],
  topics: [
    { errorCode: errorCode.NONE, name: "orders", partitions: [{ errorCode: errorCode.NONE, partitionIndex: 0, ...placed }] },
  ],
};
const sent: Says = { preferred: follower };
const outOfRange: Says = { error: errorCode.OFFSET_OUT_OF_RANGE };

test("a consumer that is sent to a follower asks there next", () => {
  const { asked } = new Scene([sent], []);
  expect(asked).toEqual(["Fetch 1", "Fetch 2"]);
});

test("out of range at a follower it asks the leader, and keeps its position", () => {
  const { asked, resets } = new Scene([sent], [outOfRange]);
  expect(asked).toEqual(["Fetch 1", "Fetch 2", "Fetch 1"]);
  expect(resets).toEqual([]);
});

test("out of range by the leader's word too, it resets its position", () => {
  const { asked, resets } = new Scene([sent, outOfRange], [outOfRange]);
  expect(asked).toEqual(["Fetch 1", "Fetch 2", "Fetch 1", "ListOffsets 1", "Fetch 1"]);
  expect(resets).toEqual([0]);
});

test.each(["NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "KAFKA_STORAGE_ERROR", "UNKNOWN_TOPIC_OR_PARTITION"] as const)(
  "turned down by a follower with %s it goes back to the leader",
  (error) => {
    const { asked } = new Scene([sent], [{ error: errorCode[error] }]);
    expect(asked).toEqual(["Fetch 1", "Fetch 2", "Fetch 1"]);
  },
);

test("a follower that has yet to hear of the epoch is asked again", () => {
  const { asked } = new Scene([sent], [{ error: errorCode.UNKNOWN_LEADER_EPOCH }]);
  expect(asked).toEqual(["Fetch 1", "Fetch 2", "Fetch 2"]);
});
