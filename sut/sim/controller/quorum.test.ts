import { describe, expect, test } from "vitest";
import { errorName } from "../../../model/error-code.ts";
import { brokerId, leaderEpoch, offset, producerId } from "../../../model/ids.ts";
import type { BrokerId } from "../../../model/ids.ts";
import { defaultBrokerSettings } from "../../../model/settings.ts";
import { EventLoop } from "../event-loop.ts";
import { Host } from "../host.ts";
import { Network } from "../network.ts";
import type { FetchRequest } from "../protocol/fetch.ts";
import { kafkaRules } from "../rules/rules.ts";
import type { MetadataRecord } from "./metadata-image.ts";
import { Quorum } from "./quorum.ts";
import { QuorumDisk } from "./quorum-disk.ts";
import { metadataTopic } from "./quorum-node.ts";

/** A record that is easily told from others. */
const decision = (nextProducerId: number): MetadataRecord => ({ type: "ProducerIdsRecord", nextProducerId });

/** One node of a quorum, which lives as often as it is started. */
class Voter {
  readonly host: Host;
  readonly disk = new QuorumDisk();
  /** The decisions that this node has been told of, in order. */
  committed: number[] = [];
  isActive = false;
  quorum: Quorum | undefined;

  constructor(id: number, loop: EventLoop) {
    this.host = new Host(`broker-${id}`, loop);
    this.disk.epoch = 1;
    const boot = { key: null, value: decision(0) };
    const place = { baseOffset: offset(0), partitionLeaderEpoch: leaderEpoch(1), records: [boot] };
    this.disk.log.append({ ...place, producerId: producerId(-1), producerEpoch: -1, baseSequence: -1 }, 0);
  }
}

class Voters {
  readonly loop: EventLoop = new EventLoop();
  readonly network: Network = new Network(this.loop, { seed: "00c0ffee", latencyMs: { min: 0.5, max: 3 } });
  readonly all: ReadonlyMap<BrokerId, Voter>;

  constructor(count = 3) {
    const ids = Array.from({ length: count }, (_, at) => brokerId(at + 1));
    this.all = new Map(ids.map((id) => [id, new Voter(id, this.loop)]));
    for (const id of ids) this.launch(id).startInService(brokerId(1));
  }

  get(id: number): Voter {
    return this.all.get(brokerId(id))!;
  }

  launch(id: BrokerId): Quorum {
    const voter = this.all.get(id)!;
    const { disk, host } = voter;
    const hosts = new Map([...this.all].map(([other, { host: itsHost }]) => [other, itsHost]));
    host.start();
    voter.committed = [];
    const voters = [...this.all.keys()];
    const { network } = this;
    const node = { id, host, network, rules: kafkaRules, settings: defaultBrokerSettings, voters, hosts, disk };
    const quorum = new Quorum(node, {
      onCommitted: (batches) => {
        for (const { value } of batches.flatMap(({ records }) => records)) {
          if (value.type === "ProducerIdsRecord" && value.nextProducerId > 0) voter.committed.push(value.nextProducerId);
        }
      },
      onActive: () => (voter.isActive = true),
      onResigned: () => (voter.isActive = false),
    });
    voter.quorum = quorum;
    network.listen(host, {
      receive: (request, _client, respond) => {
        if (request.api === "Vote") quorum.onVote(request, respond);
        else if (request.api === "BeginQuorumEpoch") quorum.onBeginQuorumEpoch(request, respond);
        else if (request.api === "Fetch") quorum.onFetch(request, respond);
      },
    });
    return quorum;
  }

  kill(id: number): void {
    this.get(id).host.kill();
    this.get(id).isActive = false;
  }

  isolate(id: number): void {
    for (const other of this.others(id)) {
      this.network.cut({ from: this.get(id).host, to: other });
      this.network.cut({ from: other, to: this.get(id).host });
    }
  }

  rejoin(id: number): void {
    for (const other of this.others(id)) {
      this.network.heal({ from: this.get(id).host, to: other });
      this.network.heal({ from: other, to: this.get(id).host });
    }
  }

  runFor(durationMs: number): void {
    const untilUs = this.loop.nowUs + durationMs * 1000;
    while (this.loop.step(untilUs));
    this.loop.advanceTo(untilUs);
  }

  get active(): readonly number[] {
    return [...this.all].filter(([, { isActive }]) => isActive).map(([id]) => id);
  }

  private others(id: number): readonly Host[] {
    return [...this.all.values()].map(({ host }) => host).filter((host) => host !== this.get(id).host);
  }
}

describe("a controller in office", () => {
  test("decides what a majority has, and every node hears of it", () => {
    const voters = new Voters();
    voters.runFor(100);
    expect(voters.active).toEqual([1]);
    voters.get(1).quorum!.append([decision(7)]);
    voters.runFor(50);
    expect([1, 2, 3].map((id) => voters.get(id).committed)).toEqual([[7], [7], [7]]);
  });

  test("decides nothing alone, and resigns", () => {
    const voters = new Voters();
    voters.runFor(100);
    voters.isolate(1);
    voters.get(1).quorum!.append([decision(7)]);
    voters.runFor(1000);
    expect(voters.get(1).committed).toEqual([]);
    voters.runFor(2000);
    expect(voters.active).not.toContain(1);
  });

  test("needs nobody where it is the only voter", () => {
    const voters = new Voters(1);
    voters.runFor(10);
    voters.get(1).quorum!.append([decision(7)]);
    expect(voters.get(1).committed).toEqual([7]);
  });
});

describe("a controller that is gone", () => {
  test("is followed by one of the others, in a later epoch, with all that had been decided", () => {
    const voters = new Voters();
    voters.runFor(100);
    voters.get(1).quorum!.append([decision(7)]);
    voters.runFor(50);
    voters.kill(1);
    voters.runFor(5000);
    expect(voters.active).toHaveLength(1);
    const [next] = voters.active;
    expect(voters.get(next!).disk.epoch).toBeGreaterThan(1);
    expect(voters.get(next!).committed).toEqual([7]);
  });

  test("takes what it had not spread with it, and cuts its log when it comes back", () => {
    const voters = new Voters();
    voters.runFor(100);
    voters.isolate(1);
    voters.get(1).quorum!.append([decision(13)]);
    voters.runFor(5000);
    const [next] = voters.active;
    voters.get(next!).quorum!.append([decision(8)]);
    voters.rejoin(1);
    voters.runFor(3000);
    expect([1, 2, 3].map((id) => voters.get(id).committed)).toEqual([[8], [8], [8]]);
    expect(new Set([1, 2, 3].map((id) => voters.get(id).disk.log.endOffset)).size).toBe(1);
  });

  test("is listened to by nobody once it has been replaced", () => {
    const voters = new Voters();
    voters.runFor(100);
    voters.isolate(1);
    voters.runFor(3000);
    const [next] = voters.active;
    const { disk, quorum } = voters.get(next!);
    quorum!.onBeginQuorumEpoch(
      { api: "BeginQuorumEpoch", leaderId: brokerId(1), leaderEpoch: leaderEpoch(1) },
      () => undefined,
    );
    expect([quorum!.leaderId, disk.epoch > 1, voters.active]).toEqual([next, true, [next]]);
    const position = { partition: 0, fetchOffset: offset(1), lastFetchedEpoch: leaderEpoch(1) };
    const asked = (epoch: number): FetchRequest => ({
      api: "Fetch",
      replicaState: { replicaId: brokerId(1), replicaEpoch: -1 },
      maxWaitMs: 0,
      topics: [{ topic: metadataTopic, partitions: [{ ...position, currentLeaderEpoch: leaderEpoch(epoch) }] }],
    });
    const answers: string[] = [];
    for (const epoch of [1, disk.epoch]) {
      quorum!.onFetch(asked(epoch), ({ responses }) => answers.push(errorName(responses[0]!.partitions[0]!.errorCode)));
    }
    expect(answers).toEqual(["FENCED_LEADER_EPOCH", "NONE"]);
  });

  test("is not followed by anybody while no majority is there", () => {
    const voters = new Voters();
    voters.runFor(100);
    voters.kill(1);
    voters.kill(2);
    voters.runFor(10_000);
    expect(voters.active).toEqual([]);
    voters.launch(brokerId(2)).start();
    voters.runFor(10_000);
    expect(voters.active).toHaveLength(1);
  });
});

test("a node that was cut off does not unseat the leader with its campaigns when it is back (KIP-996)", () => {
  const voters = new Voters();
  voters.runFor(100);
  voters.isolate(3);
  voters.runFor(10_000);
  voters.rejoin(3);
  voters.runFor(3000);
  expect(voters.active).toEqual([1]);
  expect([1, 2, 3].map((id) => voters.get(id).disk.epoch)).toEqual([1, 1, 1]);
});

test("a node that starts late catches up with everything", () => {
  const voters = new Voters();
  voters.runFor(100);
  voters.kill(3);
  for (let count = 1; count <= 80; count++) voters.get(1).quorum!.append([decision(count)]);
  voters.runFor(1000);
  voters.launch(brokerId(3)).start();
  voters.runFor(3000);
  expect(voters.get(3).committed).toEqual(Array.from({ length: 80 }, (_, at) => at + 1));
});
