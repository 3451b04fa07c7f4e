import { describe, expect, test } from "vitest";
import { offset } from "../model/ids.ts";
import {
  acked,
  assigned,
  begins,
  changed,
  down,
  factsOf,
  historyOf,
  injected,
  logRestarted,
  logStartAdvanced,
  offsetsFetched,
  partitionOf,
  played,
  send,
  started,
} from "./hand-made-history.ts";
import type { Shape, Told } from "./hand-made-history.ts";
import {
  mayBeDeleted,
  mayBeUnknownToLeader,
  mayForgetGroups,
  mayLoseAcked,
  mayLoseCommitted,
  mayReadStaleOffsets,
} from "./promises.ts";

const orders = partitionOf("orders-0");
const offsets = "__consumer_offsets-0";
const unclean: Shape = { topic: { "unclean.leader.election.enable": true } };
const uncleanBrokers: Shape = { brokerConfig: { "unclean.leader.election.enable": true } };
const led = (partition = "orders-0"): Told => changed(partition, { leader: 1, epoch: 0, isr: [1, 2] });
const cleanFailover = (partition = "orders-0"): Told => changed(partition, { leader: 2, epoch: 1, isr: [2] });
const uncleanFailover = (partition = "orders-0"): Told => changed(partition, { leader: 3, epoch: 1, isr: [3] });

describe("an acknowledged record", () => {
  const maySettings = (events: readonly Told[], shape: Shape): string | undefined => {
    const trial = factsOf(historyOf(send("s1"), events), shape);
    return mayLoseAcked(trial, trial.sends.get("s1")!)?.setting;
  };

  test("with acks=0 may always be missing", () => {
    expect(maySettings([], { producer: { acks: "0" } })).toBe("acks=0");
  });

  test("with acks=1 may be missing if the leader of its own partition changed", () => {
    const one: Shape = { producer: { acks: "1" } };
    expect(maySettings([led(), cleanFailover()], one)).toBe("acks=1");
    expect(maySettings([led()], one)).toBeUndefined();
    expect(maySettings([led(), led("orders-1"), cleanFailover("orders-1")], one)).toBeUndefined();
    expect(maySettings([led(), changed("orders-0", { leader: 1, epoch: 0, isr: [1] })], one)).toBeUndefined();
  });

  test("with acks=all may be missing only where committed records may", () => {
    expect(maySettings([led(), cleanFailover()], unclean)).toBeUndefined();
    expect(maySettings([led(), uncleanFailover()], unclean)).toBe("unclean.leader.election.enable=true");
  });
});

describe("a committed record", () => {
  const maySettings = (events: readonly Told[], shape: Shape = {}): string | undefined =>
    mayLoseCommitted(factsOf(historyOf(events), shape), orders)?.setting;

  test("may be missing after an unclean election that the settings allow", () => {
    expect(maySettings([led(), uncleanFailover()], unclean)).toBe("unclean.leader.election.enable=true");
    expect(maySettings([led(), uncleanFailover()], uncleanBrokers)).toBe("unclean.leader.election.enable=true");
    expect(maySettings([led(), uncleanFailover()])).toBeUndefined();
    expect(maySettings([led(), uncleanFailover("orders-1")], unclean)).toBeUndefined();
  });

  test("may be missing after an unclean election that an administrator asked for, and for no other partition", () => {
    const asked = changed("orders-0", { leader: 3, epoch: 1, isr: [3], isUncleanAsked: true });
    const setting = "ElectLeaders was asked for, with election type UNCLEAN";
    expect(maySettings([led(), injected("unclean-election"), asked])).toBe(setting);
    expect(maySettings([led(), asked])).toBeUndefined();
    expect(maySettings([led(), injected("unclean-election"), uncleanFailover()])).toBeUndefined();
    expect(maySettings([led(), injected("unclean-election"), uncleanFailover("orders-1")])).toBeUndefined();
    expect(maySettings([injected("unclean-election")])).toBe(setting);
  });

  test("may be missing after who led last was elected again, because nobody was eligible", () => {
    const offline = changed("orders-0", { leader: -1, epoch: 1, isr: [], last: 2 });
    const elected = (leader: number): Told => changed("orders-0", { leader, epoch: 2, isr: [leader] });
    expect(maySettings([led(), offline, elected(2)])).toBe("eligible.leader.replicas.version=1");
    expect(maySettings([led(), offline, elected(1)])).toBeUndefined();
    expect(maySettings([led(), offline])).toBeUndefined();
  });

  test("the topic's setting overrides the brokers'", () => {
    const shape = { ...uncleanBrokers, topic: { "unclean.leader.election.enable": false } };
    expect(maySettings([led(), uncleanFailover()], shape)).toBeUndefined();
  });

  test("may be missing where, by clients' evidence alone, an unclean election cannot be ruled out", () => {
    expect(maySettings([injected("kill-broker")], unclean)).toBe("unclean.leader.election.enable=true");
    expect(maySettings([], unclean)).toBeUndefined();
  });

  test("may be missing after a power loss of all in-sync replicas, under the name of min.insync.replicas", () => {
    expect(maySettings([led(), down(1, "power-lost"), down(2, "power-lost")])).toBe("min.insync.replicas=2");
    expect(maySettings([led(), down(1, "power-lost"), down(2, "power-lost")], { topic: { "min.insync.replicas": 1 } })).toBe(
      "min.insync.replicas=1",
    );
    expect(maySettings([led(), down(1, "power-lost"), down(2, "killed")])).toBeUndefined();
  });

  test("may be missing where brokers tell nothing and no replica was spared", () => {
    const off = (broker: number): readonly Told[] => [played("f1", [`broker ${broker}`]), injected("power-off-broker")];
    expect(maySettings([...off(1), ...off(2), ...off(3)])).toBe("min.insync.replicas=2");
    expect(maySettings([...off(1), ...off(2)])).toBeUndefined();
  });
});

describe("a record that was to be deleted", () => {
  const asked = injected("delete-records");
  const maySettings = (events: readonly Told[], at: number): string | undefined =>
    mayBeDeleted(factsOf(historyOf(events)), orders, offset(at))?.setting;

  test("may be missing below the offset up to which the leader has deleted, and not from there on", () => {
    const events = [asked, logStartAdvanced(1, "orders-0@3")];
    expect(maySettings(events, 2)).toBe("DeleteRecords was asked for orders-0");
    expect(maySettings(events, 3)).toBeUndefined();
  });

  test("stays deleted when a crash sets the log start back and less is deleted later", () => {
    expect(maySettings([asked, logStartAdvanced(1, "orders-0@3"), logStartAdvanced(2, "orders-0@1")], 2)).toBeDefined();
  });

  test("may not be missing where nobody has asked for it, or where no leader has done it", () => {
    expect(maySettings([logStartAdvanced(1, "orders-0@3")], 2)).toBeUndefined();
    expect(maySettings([injected("kill-broker"), logStartAdvanced(1, "orders-0@3")], 2)).toBeUndefined();
    expect(maySettings([asked], 2)).toBeUndefined();
  });

  test("is one of the partition, and was not deleted for another reason", () => {
    expect(maySettings([asked, logStartAdvanced(1, "orders-1@3")], 2)).toBeUndefined();
    expect(maySettings([asked, logStartAdvanced(1, "orders-0@3", "retention.ms")], 2)).toBeUndefined();
  });
});

describe("a record of a topic with limits", () => {
  const limits = { topic: { "retention.bytes": 500 } };
  const clientsSaw = [assigned("c1", "orders-0"), begins("c1", "orders-0@4")];
  const maySettings = (events: readonly Told[], at: number, shape: Shape = limits): string | undefined =>
    mayBeDeleted(factsOf(historyOf(events), shape), orders, offset(at))?.setting;

  test("may be missing below the offset up to which retention has deleted, under the name of the limit", () => {
    const events = [logStartAdvanced(1, "orders-0@3", "retention.ms")];
    expect(maySettings(events, 2)).toBe("retention.bytes=500");
    expect(maySettings(events, 2, { topic: { "retention.ms": 400 } })).toBe("retention.ms=400");
    expect(maySettings(events, 3)).toBeUndefined();
  });

  test("may not be missing where the topic has no limits, whatever brokers did", () => {
    const events = [logStartAdvanced(1, "orders-0@3", "retention.ms")];
    expect(maySettings(events, 2, {})).toBeUndefined();
    expect(maySettings(events, 2, { topic: { "retention.ms": -1 } })).toBeUndefined();
  });

  test("may be missing below what clients have found to be the log's start, where brokers tell nothing", () => {
    expect(maySettings(clientsSaw, 3)).toBe("retention.bytes=500");
    expect(maySettings(clientsSaw, 4)).toBeUndefined();
    expect(maySettings(clientsSaw, 3, {})).toBeUndefined();
  });
});

describe("what coordinators know", () => {
  test("may be forgotten where their own log may lose records", () => {
    const trial = factsOf(historyOf(led(offsets), uncleanFailover(offsets)), uncleanBrokers);
    expect(mayForgetGroups(trial)?.setting).toBe("unclean.leader.election.enable=true");
    expect(mayForgetGroups(factsOf(historyOf(led(), uncleanFailover()), uncleanBrokers))).toBeUndefined();
    expect(mayForgetGroups(factsOf(historyOf(led(offsets), uncleanFailover(offsets)), unclean))).toBeUndefined();
  });

  test("may be forgotten, by clients' evidence alone, once anything was disturbed under unclean elections", () => {
    expect(mayForgetGroups(factsOf(historyOf(injected("kill-broker")), uncleanBrokers))?.setting).toBe(
      "unclean.leader.election.enable=true",
    );
    expect(mayForgetGroups(factsOf(historyOf(injected("kill-broker"))))).toBeUndefined();
    expect(mayForgetGroups(factsOf([], uncleanBrokers))).toBeUndefined();
  });

  const staleFrom = (...events: readonly Told[]): string | undefined => {
    const trial = factsOf(historyOf(events));
    return mayReadStaleOffsets(trial, trial.holdings.at(-1)!)?.setting;
  };

  test("may be out of date when it was told by a coordinator of a former term", () => {
    const moved = [led(offsets), cleanFailover(offsets), assigned("c1/1", "orders-0")];
    expect(staleFrom(...moved, offsetsFetched("c1", 1, 0))).toBe("OffsetFetch is not fenced");
    expect(staleFrom(...moved, offsetsFetched("c1", 2, 1))).toBeUndefined();
    expect(staleFrom(...moved)).toBeUndefined();
  });

  test("may be out of date, by clients' evidence alone, after faults that leave a broker in a belief of its own", () => {
    for (const fault of ["pause-broker", "cut-link", "isolate-broker", "own-fault"] as const) {
      expect(staleFrom(injected(fault), assigned("c1/1", "orders-0"))).toBe("OffsetFetch is not fenced");
    }
    for (const fault of ["kill-broker", "stop-broker", "kill-client"] as const) {
      expect(staleFrom(injected(fault), assigned("c1/1", "orders-0"))).toBeUndefined();
    }
  });
});

describe("a leader that does not know an idempotent producer", () => {
  const setting = (events: readonly Told[], step: string, shape: Shape = {}): string | undefined => {
    const trial = factsOf(historyOf(events), shape);
    return mayBeUnknownToLeader(trial, trial.sends.get(step)!)?.setting;
  };

  test("takes any batch for the first while nothing of the producer has been acknowledged", () => {
    const name = "max.in.flight.requests.per.connection=5";
    expect(setting([led(), send("s1"), cleanFailover()], "s1")).toBe(name);
    expect(setting([led(), send("s1"), acked("s1", 0), cleanFailover()], "s1")).toBe(name);
    expect(setting([led(), send("s1"), acked("s1", 0), send("s2"), cleanFailover()], "s2")).toBeUndefined();
  });

  test("is no excuse with one request in flight, or where the leader stayed", () => {
    const one = { producer: { "max.in.flight.requests.per.connection": 1 } };
    expect(setting([led(), send("s1"), cleanFailover()], "s1", one)).toBeUndefined();
    expect(setting([led(), send("s1")], "s1")).toBeUndefined();
  });

  test("that began anew behind deleted records knows no producer that wrote them, and that is permitted where records may be deleted", () => {
    const known = [led(), send("s1"), acked("s1", 0), logRestarted(2, "orders-0@1"), send("s2"), cleanFailover()];
    const limits = { topic: { "retention.ms": 400 } };
    expect(setting(known, "s2", limits)).toBe("retention.ms=400");
    expect(setting(known, "s2")).toBeUndefined();
    expect(setting(known.toSpliced(3, 1), "s2", limits)).toBeUndefined();
  });

  test("does not know the producer's next life, nor what it sends to another partition", () => {
    const known = [led(), led("orders-1"), send("s1"), acked("s1", 0)];
    expect(setting([...known, started("p1"), send("s2"), cleanFailover()], "s2")).toBeDefined();
    expect(setting([...known, send("s2", "orders-1"), cleanFailover("orders-1")], "s2")).toBeDefined();
  });
});
