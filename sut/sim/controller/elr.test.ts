import { describe, expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { HandMadeController } from "./hand-made-controller.ts";
import type { ClusterOf } from "./hand-made-controller.ts";

const withElr = (cluster: ClusterOf = {}): HandMadeController =>
  new HandMadeController({ ...cluster, settings: { "eligible.leader.replicas.version": 1 } });

/** What was told last of the partition: `leader [ISR] [ELR]`, `!` for a leader that recovers, and who led last. */
function orders(cluster: HandMadeController): string {
  const last = cluster.record.events.findLast((event) => event.kind === "partition-changed")!;
  const { elr, isr, isRecovering, lastKnownLeader, leader } = last;
  const suffix = lastKnownLeader < 0 ? "" : `, last ${lastKnownLeader}`;
  return `${leader} [${isr.join()}] [${elr.join()}]${isRecovering ? "!" : ""}${suffix}`;
}

/** The broker starts anew and is back in service; `isClean` where its former life was stopped in good order. */
function restart(cluster: HandMadeController, broker: number, { isClean = false } = {}): void {
  const previous = cluster.image.brokers.get(brokerId(broker))!.epoch;
  cluster.register(broker, `life-${cluster.loop.nowUs}-${broker}`, isClean ? previous : -1);
  cluster.heartbeat(broker);
}

describe("with eligible leader replicas", () => {
  test("members that leave an ISR that is too small stay eligible, and the ISR may become empty", () => {
    const cluster = withElr();
    cluster.silence(1);
    expect(orders(cluster)).toBe("2 [2,3] []");
    cluster.silence(1, 2);
    expect(orders(cluster)).toBe("3 [3] [2]");
    cluster.silence(1, 2, 3);
    expect(orders(cluster)).toBe("-1 [] [2,3]");
  });

  test("one that is eligible and was stopped cleanly leads alone when it is back, and the others stay eligible", () => {
    const cluster = withElr();
    cluster.silence(1);
    cluster.silence(1, 2);
    cluster.silence(1, 2, 3);
    restart(cluster, 2, { isClean: true });
    expect(orders(cluster)).toBe("2 [2] [3]");
    restart(cluster, 3, { isClean: true });
    expect(cluster.propose([2, 3])).toBe("NONE");
    expect(orders(cluster)).toBe("2 [2,3] []");
  });

  test("one that comes back uncleanly is neither in sync nor eligible from the moment it is registered", () => {
    const cluster = withElr();
    cluster.silence(1);
    cluster.silence(1, 2);
    expect(orders(cluster)).toBe("3 [3] [2]");
    cluster.register(2, "again");
    expect(orders(cluster)).toBe("3 [3] []");
    expect(cluster.told("broker-registered").at(-1)).toMatchObject({ broker: 2, isUnclean: true, fenced: true });
    cluster.silence(1, 2, 3);
    expect(orders(cluster)).toBe("-1 [] [3]");
    cluster.heartbeat(2);
    expect(orders(cluster)).toBe("-1 [] [3]");
  });

  test("when nobody is eligible who led last leads once it is back, alone, until it has recovered", () => {
    const cluster = withElr();
    cluster.silence(1);
    cluster.silence(1, 2);
    cluster.silence(1, 2, 3);
    restart(cluster, 2);
    expect(orders(cluster)).toBe("-1 [] [3]");
    cluster.register(3, "again");
    expect(orders(cluster)).toBe("-1 [] [], last 3");
    cluster.heartbeat(3);
    expect(orders(cluster)).toBe("3 [3] []!");
    expect(cluster.propose([3, 2])).toBe("NONE");
    expect(orders(cluster)).toBe("3 [3,2] []");
  });

  test("who led last leads again at once where it is in service when the last one eligible comes back uncleanly", () => {
    const cluster = withElr();
    cluster.silence(1);
    cluster.silence(1, 2);
    cluster.silence(1, 2, 3);
    restart(cluster, 3);
    expect(orders(cluster)).toBe("-1 [] [2]");
    cluster.register(2, "again");
    expect(orders(cluster)).toBe("3 [3] []!");
    const [emptied, elected] = cluster.told("partition-changed").slice(-2);
    expect(emptied).toMatchObject({ leader: -1, isr: [], elr: [], lastKnownLeader: 3, isRecovering: false });
    expect(elected).toMatchObject({ leader: 3, isr: [3], elr: [], lastKnownLeader: -1, isRecovering: true });
  });

  test("a proposal puts who has to leave among the eligible", () => {
    const cluster = withElr();
    expect(cluster.propose([1])).toBe("NONE");
    expect(orders(cluster)).toBe("1 [1] [2,3]");
    expect(cluster.propose([1, 3])).toBe("NONE");
    expect(orders(cluster)).toBe("1 [1,3] []");
  });

  test("a topic with fewer replicas than min.insync.replicas has nobody eligible while all of them are in sync", () => {
    const cluster = withElr({ brokers: 2, topic: { "min.insync.replicas": 3 } });
    cluster.silence(1);
    expect(orders(cluster)).toBe("2 [2] [1]");
    restart(cluster, 1);
    expect(cluster.propose([2, 1])).toBe("NONE");
    expect(orders(cluster)).toBe("2 [2,1] []");
  });

  test("an unclean election leaves nobody eligible", () => {
    const cluster = withElr({ topic: { "unclean.leader.election.enable": true } });
    cluster.propose([1]);
    cluster.silence(1, 2, 3);
    restart(cluster, 1);
    restart(cluster, 2);
    restart(cluster, 3);
    expect(orders(cluster)).toBe("1 [1] []!");
  });
});

test("without them the last member stays in the ISR, also when it comes back uncleanly", () => {
  const cluster = new HandMadeController();
  cluster.silence(1, 2, 3);
  const [last] = cluster.orders.isr;
  expect(orders(cluster)).toBe(`-1 [${last}] []`);
  restart(cluster, last!);
  expect(orders(cluster)).toBe(`${last} [${last}] []`);
});
