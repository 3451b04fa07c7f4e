import { describe, expect, test } from "vitest";
import type { OwnFault } from "../../fault-injection/own-fault.ts";
import { generateSchedule } from "../../harness/generate/generate-schedule.ts";
import { rootOf, trialSeed } from "../../harness/seed.ts";
import { fingerprintOf, firstDifference } from "../../model/fingerprint.ts";
import { brokerId, topicPartition } from "../../model/ids.ts";
import { playInMemory } from "./play.ts";
import { acked, allOf, fault, placeOf, readBack, sends, starts, trialOf } from "./hand-made-trials.ts";

const orders = topicPartition("orders", 0);
const stepsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `s${at + 1}`);

describe("a trial", () => {
  test("that is played twice gives the same history, event by event", () => {
    for (let trial = 0; trial < 40; trial++) {
      const schedule = generateSchedule(rootOf(trialSeed("twice", trial)));
      const first = playInMemory(schedule).history;
      const second = playInMemory(schedule).history;
      expect(firstDifference(first, second)).toBeUndefined();
      expect(fingerprintOf(second)).toBe(fingerprintOf(first));
    }
  });

  test("with other noise gives another history", () => {
    const [first, second] = ["00000001", "00000002"].map((noiseSeed) => playInMemory(trialOf({ noiseSeed }, sends(3))).history);
    expect(fingerprintOf(first!)).not.toBe(fingerprintOf(second!));
  });

  test("goes through its phases in order", () => {
    const { history } = playInMemory(trialOf({}, sends(1)));
    expect(allOf(history, "phase-started").map(({ phase }) => phase)).toEqual(["play", "heal", "drain", "read-back", "end"]);
  });

  test("is stamped with a time that does not go back", () => {
    const { history } = playInMemory(trialOf({ group: {} }, starts("c1"), sends(5)));
    const times = history.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  test.each([1, 2, 3, 4, 5])("without faults on %i brokers delivers everything", (brokers) => {
    const topic = { "min.insync.replicas": Math.min(2, brokers) };
    const options = { brokers, partitions: 2, topic, group: { members: ["c1", "c2"] } };
    const { deviations, history } = playInMemory(trialOf(options, starts("c1", "c2"), sends(20, { partitions: 2 })));
    expect(acked(history)).toHaveLength(20);
    expect(readBack(history).toSorted()).toEqual(stepsOf(20).toSorted());
    expect(
      allOf(history, "processed")
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual(stepsOf(20).toSorted());
    expect(allOf(history, "limit-reached")).toEqual([]);
    expect(deviations).toEqual([]);
  });

  test("that does not come to rest says what it waited for, and ends all the same", () => {
    const own: OwnFault = {
      id: "never-back",
      sentence: "A broker is killed, and nobody starts it again.",
      generate: () => null,
      inject: () => ({ kind: "injected", commands: [{ kind: "kill-broker", broker: brokerId(2) }], heal: [], resolved: [] }),
    };
    const step = fault("f1", { ms: 100 }, { kind: "own-fault", fault: "never-back", parameters: null });
    const { history } = playInMemory(trialOf({}, step, sends(3)), { ownFaults: [own] });
    const [reached] = allOf(history, "limit-reached");
    expect(reached?.limit).toBe("drain");
    expect(reached?.waitedFor).toContain("broker 2 to be in service");
    expect(readBack(history)).toEqual(["s1", "s2", "s3"]);
  });
});

describe("a broker's process", () => {
  const alone = { brokers: 1, topic: { "min.insync.replicas": 1 } };

  test("that is killed leaves its records in the page cache", () => {
    const { history } = playInMemory(
      trialOf(alone, sends(3), fault("f1", { acked: "s3" }, { kind: "kill-broker", target: "broker 1" })),
    );
    expect(allOf(history, "broker-down").map(({ how }) => how)).toEqual(["killed"]);
    expect(readBack(history)).toEqual(["s1", "s2", "s3"]);
  });

  test("whose machine loses power leaves what had been written back, which is done every second", () => {
    const steps = [sends(2), sends(2, { fromMs: 1200 }).map((step) => ({ ...step, id: `late-${step.id}` }))];
    const { history } = playInMemory(
      trialOf(alone, ...steps, fault("f1", { acked: "late-s2" }, { kind: "power-off-broker", target: "broker 1" })),
    );
    expect(acked(history)).toEqual(["s1", "s2", "late-s1", "late-s2"]);
    expect(allOf(history, "broker-down").map(({ how }) => how)).toEqual(["power-lost"]);
    expect(readBack(history)).toEqual(["s1", "s2"]);
    const recovered = allOf(history, "replica-recovered").find(({ partition }) => partition === orders);
    expect(recovered?.endOffset).toBe(2);
  });

  test("that is stopped hands its partitions over before it goes", () => {
    const { history } = playInMemory(
      trialOf({}, sends(3), fault("f1", { acked: "s3" }, { kind: "stop-broker", target: "leaderOf(orders-0)" }, 3000)),
    );
    const [down] = allOf(history, "broker-down");
    expect(down?.how).toBe("stopped");
    const handedOver = placeOf(
      history,
      "became-leader",
      ({ leaderEpoch, partition }) => partition === orders && leaderEpoch > 0,
    );
    expect(handedOver).toBeGreaterThan(0);
    expect(handedOver).toBeLessThan(history.indexOf(down!));
  });

  test("that was stopped says so when it registers again, and one that was killed has nothing to say", () => {
    const registered = (what: "stop-broker" | "kill-broker"): readonly boolean[] => {
      const steps = fault("f1", { ms: 200 }, { kind: what, target: "broker 2" }, 3000);
      const { history } = playInMemory(trialOf({}, sends(1), steps));
      const again = allOf(history, "broker-registered").filter(({ broker, fenced }) => broker === 2 && fenced);
      return again.map(({ isUnclean }) => isUnclean);
    };
    expect(registered("stop-broker")).toEqual([false]);
    expect(registered("kill-broker")).toEqual([true]);
  });

  test("that stopped in good order once is not believed for ever", () => {
    const stop = fault("f1", { ms: 200 }, { kind: "stop-broker", target: "broker 2" }, 2000);
    const kill = fault("f2", { ms: 6000 }, { kind: "kill-broker", target: "broker 2" }, 500);
    const { history } = playInMemory(trialOf({}, sends(1), stop, kill));
    const again = allOf(history, "broker-registered").filter(({ broker, fenced }) => broker === 2 && fenced);
    expect(again.map(({ isUnclean }) => isUnclean)).toEqual([false, true]);
  });

  test("that is paused loses its partitions to another one, and learns of it when it resumes", () => {
    const pause = fault("f1", { acked: "s2" }, { kind: "pause-broker", target: "leaderOf(orders-0)" }, 4000);
    const { history } = playInMemory(
      trialOf(
        {},
        sends(2),
        pause,
        sends(2, { fromMs: 3500 }).map((step) => ({ ...step, id: `late-${step.id}` })),
      ),
    );
    const leaders = allOf(history, "became-leader").filter(({ partition }) => partition === orders);
    expect(leaders.map(({ leaderEpoch }) => leaderEpoch)).toEqual([0, 1]);
    const [zombie, next] = leaders.map(({ broker }) => broker);
    expect(next).not.toBe(zombie);
    const healed = placeOf(history, "fault-healed");
    const learnt = placeOf(history, "became-follower", ({ broker, leaderEpoch }) => broker === zombie && leaderEpoch === 1);
    expect(learnt).toBeGreaterThan(healed);
    expect(readBack(history)).toEqual(["s1", "s2", "late-s1", "late-s2"]);
  });
});

describe("acks", () => {
  /** Where the record was acknowledged, and where its leader's watermark passed it. */
  function places(acks: "0" | "1" | "all"): {
    readonly offset: number | null;
    readonly acked: number;
    readonly committed: number;
  } {
    const { history } = playInMemory(trialOf({ producer: { acks, "enable.idempotence": false } }, sends(1)));
    const at = placeOf(history, "send-acked");
    const committed = placeOf(history, "high-watermark-advanced", ({ partition }) => partition === orders);
    return { offset: allOf(history, "send-acked")[0]!.offset, acked: at, committed };
  }

  test("of all come when the watermark has passed the record", () => {
    const { acked: at, committed, offset } = places("all");
    expect(offset).toBe(0);
    expect(committed).toBeGreaterThan(0);
    expect(at).toBeGreaterThan(committed);
  });

  test("of 1 come when the leader has the record, and a failover then loses it", () => {
    const cut = fault("f1", { ms: 0 }, { kind: "isolate-broker", target: "leaderOf(orders-0)", from: "brokers" }, 5000);
    const { history } = playInMemory(trialOf({ producer: { acks: "1", "enable.idempotence": false } }, cut, sends(1)));
    expect(acked(history)).toEqual(["s1"]);
    expect(readBack(history)).toEqual([]);
  });

  test("of all come from the new leader, while the old one is cut off from everybody together with a follower", () => {
    const target = "leaderOf(orders-0)";
    const cut = fault("f1", { ms: 0 }, { kind: "isolate-broker", target, from: "everybody", with: 1 }, 8000);
    const { history } = playInMemory(trialOf({ brokers: 5, replicationFactor: 5 }, cut, sends(1, { fromMs: 4000 })));
    expect(placeOf(history, "send-acked")).toBeLessThan(placeOf(history, "fault-healed"));
    expect(readBack(history)).toEqual(["s1"]);
  });

  test("of 0 come at once and tell no offset", () => {
    const { acked: at, committed, offset } = places("0");
    expect(offset).toBeNull();
    expect(at).toBeLessThan(committed);
  });

  test("of all do not come while too few replicas are in sync", () => {
    const down = [0, 1].flatMap((nth) =>
      fault(`f${nth}`, { ms: 0 }, { kind: "kill-broker", target: `followerOf(orders-0, ${nth})` }, 4000),
    );
    const { history } = playInMemory(trialOf({ brokers: 5 }, down, sends(1, { fromMs: 3000 })));
    const healed = placeOf(history, "fault-healed");
    expect(placeOf(history, "send-acked")).toBeGreaterThan(healed);
  });
});

describe("a response that is lost", () => {
  const lost = fault("f1", { ms: 0 }, { kind: "lose-response", client: "p1", api: "Produce" });

  test("makes an idempotent producer's broker recognise a duplicate", () => {
    const { history } = playInMemory(trialOf({}, lost, sends(1)));
    expect(allOf(history, "duplicate-recognised")).toHaveLength(1);
    expect(readBack(history)).toEqual(["s1"]);
  });

  test("makes any other producer write a record twice", () => {
    const { history } = playInMemory(trialOf({ producer: { "enable.idempotence": false } }, lost, sends(1)));
    expect(allOf(history, "duplicate-recognised")).toEqual([]);
    expect(readBack(history)).toEqual(["s1", "s1"]);
  });
});

describe("when the leader is gone", () => {
  test("the next one is from the ISR, though another replica comes before it", () => {
    const late = sends(1, { fromMs: 6500 }).map((step) => ({ ...step, id: "late" }));
    const { history } = playInMemory(
      trialOf(
        // With this noise the controller is neither of the two that are cut off from each other.
        { brokers: 5, noiseSeed: "00000001" },
        fault("f1", { ms: 0 }, { kind: "cut-link", from: "broker 1", to: "broker 2" }),
        sends(3, { fromMs: 100 }),
        fault("f2", { ms: 6000 }, { kind: "kill-broker", target: "broker 1" }),
        late,
      ),
    );
    const changes = allOf(history, "partition-changed").filter(({ partition }) => partition === orders);
    const election = changes.findIndex(({ leaderEpoch }) => leaderEpoch === 1);
    const [before, after] = [changes[election - 1], changes[election]];
    expect(before).toMatchObject({ replicas: [1, 2, 3], leader: 1, isr: [1, 3] });
    expect(after).toMatchObject({ leader: 3, isr: [3] });
  });

  test("nobody leads while the ISR is gone, and the record waits", () => {
    const { history } = playInMemory(
      trialOf(
        { brokers: 5, replicationFactor: 2, topic: { "min.insync.replicas": 1 } },
        fault("f1", { ms: 0 }, { kind: "kill-broker", target: "broker 2" }),
        fault("f2", { ms: 3000 }, { kind: "kill-broker", target: "broker 1" }),
        fault("f3", { ms: 3000 }, { kind: "elect-leader", partition: orders }),
        sends(1, { fromMs: 6000 }),
      ),
    );
    const leaders = allOf(history, "partition-changed")
      .filter(({ partition }) => partition === orders)
      .map(({ leader }) => leader);
    expect(leaders).toContain(-1);
    expect(leaders.filter((leader) => leader === 2)).toEqual([]);
    expect(readBack(history)).toEqual(["s1"]);
  });
});

test("what is sent over a cut link arrives when it heals", () => {
  const cut = fault("f1", { ms: 40 }, { kind: "cut-link", from: "client p1", to: "leaderOf(orders-0)" }, 700);
  const { history } = playInMemory(trialOf({}, cut, sends(2)));
  expect(placeOf(history, "leader-appended", ({ partition }) => partition === orders)).toBeGreaterThan(
    placeOf(history, "fault-healed"),
  );
  expect(readBack(history)).toEqual(["s1", "s2"]);
});

test("a fault that a user brought along is done and undone like any other", () => {
  const own: OwnFault = {
    id: "followers-down",
    sentence: "Every broker but the leader of a partition is killed.",
    generate: () => null,
    inject: (parameters, view) => {
      const leader = view.leaderOf(orders);
      const others = [...view.brokers.keys()].filter((broker) => broker !== leader);
      return {
        kind: "injected",
        commands: others.map((broker) => ({ kind: "kill-broker", broker })),
        heal: others.map((broker) => ({ kind: "start-broker", broker })),
        resolved: others.map((broker) => `${JSON.stringify(parameters)} ${broker}`),
      };
    },
  };
  const step = fault("f1", { acked: "s1" }, { kind: "own-fault", fault: "followers-down", parameters: "broker" }, 500);
  const { history } = playInMemory(trialOf({}, step, sends(2)), { ownFaults: [own] });
  expect(allOf(history, "step-played").find(({ step: id }) => id === "f1")?.resolved).toEqual(['"broker" 2', '"broker" 3']);
  expect(allOf(history, "broker-down").map(({ broker }) => broker)).toEqual([2, 3]);
  expect(allOf(history, "broker-up").map(({ broker }) => broker)).toEqual([2, 3]);
  expect(allOf(history, "limit-reached")).toEqual([]);
});

describe("partitions are assigned", () => {
  test.each([
    ["range", ["orders-0 orders-1 orders-2", "orders-3 orders-4"]],
    ["roundrobin", ["orders-0 orders-2 orders-4", "orders-1 orders-3"]],
  ] as const)("by %s", (strategy, expected) => {
    const options = {
      partitions: 5,
      group: { members: ["c1", "c2"] },
      consumer: { "partition.assignment.strategy": strategy },
    };
    const { history } = playInMemory(trialOf(options, starts("c1", "c2"), sends(5, { partitions: 5 })));
    const last = new Map(allOf(history, "assigned").map(({ client, partitions }) => [client, partitions.join(" ")]));
    expect([...last.values()].toSorted()).toEqual([...expected].toSorted());
  });
});

describe("offsets are committed", () => {
  /** Where the first record was processed, and where the first commit of its partition began and was acknowledged. */
  function places(
    commit: "after-processing" | "before-processing" | "auto",
  ): Record<"processed" | "started" | "acked", number> {
    const { history } = playInMemory(trialOf({ group: { commit } }, starts("c1"), sends(10, { everyMs: 100, fromMs: 300 })));
    return {
      processed: placeOf(history, "processed"),
      started: placeOf(history, "commit-started", ({ offsets }) => offsets.some(({ offset }) => offset > 0)),
      acked: placeOf(history, "commit-acked"),
    };
  }

  test("after processing, where the application commits what it has done", () => {
    const { processed, started } = places("after-processing");
    expect(started).toBeGreaterThan(processed);
  });

  test("before processing, where it would rather lose a record than do it twice", () => {
    const { acked: committed, processed } = places("before-processing");
    expect(committed).toBeGreaterThan(0);
    expect(processed).toBeGreaterThan(committed);
  });

  test("now and then, where the client does it: more seldom than there are records, and never ahead of them", () => {
    const { history } = playInMemory(trialOf({ group: { commit: "auto" } }, starts("c1"), sends(30, { everyMs: 50 })));
    const commits = allOf(history, "commit-started");
    expect(commits.length).toBeGreaterThan(1);
    expect(commits.length).toBeLessThan(10);
    for (const commit of commits) {
      const done = allOf(history.slice(0, history.indexOf(commit)), "processed").length;
      expect(commit.offsets[0]!.offset).toBeLessThanOrEqual(done);
    }
  });
});

test("a group member that is killed is replaced, and its records are processed by another one", () => {
  const { history } = playInMemory(
    trialOf(
      { partitions: 2, group: { members: ["c1", "c2"] } },
      starts("c1", "c2"),
      fault("f1", { processed: "s4" }, { kind: "kill-client", client: "c2" }),
      sends(20, { everyMs: 50, partitions: 2 }),
    ),
  );
  expect(allOf(history, "member-removed").map(({ why }) => why)).toContain("session-expired");
  const processed = new Set(allOf(history, "processed").map(({ value }) => value));
  expect(processed).toEqual(new Set(stepsOf(20)));
});

test("a handler that takes longer than the poll interval costs the member its place", () => {
  const slow = fault("f1", { ms: 0 }, { kind: "slow-handler", client: "c1", handlerMs: 5000 }, 6000);
  const { history } = playInMemory(trialOf({ group: {} }, starts("c1"), slow, sends(1, { fromMs: 500 })));
  expect(allOf(history, "member-removed").map(({ why }) => why)).toContain("left");
  expect(allOf(history, "lost")).not.toEqual([]);
});
