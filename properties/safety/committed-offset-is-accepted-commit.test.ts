import { describe, expect, test } from "vitest";
import {
  assigned,
  begins,
  changed,
  commitAccepted,
  commitAcked,
  commitRefused,
  commits,
  commitUnclear,
  historyOf,
  injected,
  offsetsFetched,
  revoked,
  rewound,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import type { History } from "../../model/history.ts";
import type { Told } from "../hand-made-history.ts";
import { committedOffsetIsAcceptedCommit } from "./committed-offset-is-accepted-commit.ts";

const first = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@0")];
const committed = [...first, commits("c1/1", 1, "orders-0@3"), commitAcked("c1", 1)];
const next = (place: string, from: "committed" | "earliest" | "latest" = "committed"): readonly Told[] => [
  assigned("c2/2", "orders-0"),
  begins("c2/2", place, from),
];
const verdict = (...told: readonly (readonly Told[])[]) => verdictOn(committedOffsetIsAcceptedCommit, historyOf(...told));

test("it holds where the next member begins with what was committed last", () => {
  expect(told(verdict(committed, next("orders-0@3")))).toBe("holds for 2");
  const twice = [...committed, commits("c1/1", 2, "orders-0@5"), commitAcked("c1", 2)];
  expect(told(verdict(twice, next("orders-0@5")))).toBe("holds for 2");
});

describe("it is violated", () => {
  test("where a member begins with an offset that has been overwritten", () => {
    const twice = [...committed, commits("c1/1", 2, "orders-0@5"), commitAcked("c1", 2)];
    expect(told(verdict(twice, next("orders-0@3")))).toEqual({
      violated: [["c2 begins with orders-0 of billing at offset 3, although 5 had been committed.", [4, 5, 7]]],
    });
  });

  test("where an acknowledged commit has been forgotten", () => {
    expect(told(verdict(committed, next("orders-0@0", "earliest")))).toEqual({
      violated: [["c2 begins with orders-0 of billing at the earliest offset 0, although 3 had been committed.", [2, 3, 5]]],
    });
  });

  test("where nobody has committed the offset", () => {
    expect(told(verdict(first, next("orders-0@7")))).toEqual({
      violated: [["c2 begins with orders-0 of billing at offset 7, although nobody has committed that.", [3]]],
    });
  });

  test("where a refused commit shows all the same", () => {
    expect(verdict([...first, commits("c1/1", 1, "orders-0@3"), commitRefused("c1", 1)], next("orders-0@3")).kind).toBe(
      "violated",
    );
  });

  test("where the offset is committed only later", () => {
    expect(verdict(first, next("orders-0@3"), [commits("c2/2", 1, "orders-0@3"), commitAcked("c2", 1)]).kind).toBe("violated");
  });
});

describe("what is not clear may be either way", () => {
  test("a commit without an outcome may have been accepted or not", () => {
    const open = [...committed, commits("c1/1", 2, "orders-0@5")];
    expect(verdict(open, next("orders-0@3")).kind).toBe("holds");
    expect(verdict(open, next("orders-0@5")).kind).toBe("holds");
    expect(verdict([...first, commits("c1/1", 1, "orders-0@3")], next("orders-0@0", "earliest")).kind).toBe("holds");
  });

  test("a commit that timed out may be accepted after later ones", () => {
    const unclear = [...first, commits("c1/1", 1, "orders-0@3"), commitUnclear("c1", 1)];
    const then = [commits("c1/1", 2, "orders-0@5"), commitAcked("c1", 2)];
    expect(verdict(unclear, then, next("orders-0@3")).kind).toBe("holds");
  });

  test("a commit that timed out is not accepted any more once the group has come to a later generation", () => {
    const unclear = [...first, commits("c1/1", 1, "orders-0@3"), commitUnclear("c1", 1)];
    const then = [assigned("c2/2", "orders-0"), commits("c2/2", 1, "orders-0@5"), commitAcked("c2", 1)];
    const last = [assigned("c1/3", "orders-0"), begins("c1/3", "orders-0@3", "committed")];
    expect(verdict(unclear, then, last).kind).toBe("violated");
  });

  test("two commits that were under way together may have been accepted in either order", () => {
    const together = [
      commits("c1/1", 1, "orders-0@3"),
      commits("c1/1", 2, "orders-0@5"),
      commitAcked("c1", 2),
      commitAcked("c1", 1),
    ];
    expect(verdict(first, together, next("orders-0@3")).kind).toBe("holds");
    expect(verdict(first, together, next("orders-0@5")).kind).toBe("holds");
  });

  test("a commit that was acknowledged only after the assignment may be seen or not", () => {
    const late = [...first, commits("c1/1", 1, "orders-0@3"), assigned("c2/2", "orders-0"), commitAcked("c1", 1)];
    expect(verdict(late, [begins("c2/2", "orders-0@0", "earliest")]).kind).toBe("holds");
    expect(verdict(late, [begins("c2/2", "orders-0@3", "committed")]).kind).toBe("holds");
  });
});

test("a coordinator that had been deposed may tell old offsets", () => {
  const topic = "__consumer_offsets-0";
  const elections = [
    changed(topic, { leader: 1, epoch: 0, isr: [1, 2] }),
    changed(topic, { leader: 2, epoch: 1, isr: [1, 2] }),
  ];
  const begun = (epoch: number): readonly Told[] => [
    assigned("c2/2", "orders-0"),
    offsetsFetched("c2", 1, epoch),
    begins("c2/2", "orders-0@0", "earliest"),
  ];
  expect(told(verdict(elections, committed, begun(0)))).toMatchObject({
    "not-promised": [[expect.any(String), [4, 5, 8], "OffsetFetch is not fenced"]],
  });
  expect(verdict(elections, committed, begun(1)).kind).toBe("violated");
});

describe("a commit that was sent again may overwrite a later one", () => {
  const twice = [...committed, commits("c1/1", 2, "orders-0@5"), commitAcked("c1", 2)];
  const [three, five] = [commitAccepted("c1/1", "orders-0@3"), commitAccepted("c1/1", "orders-0@5")];
  const setting = "OffsetCommit is not ordered";

  test("where a coordinator took it after the later one, whatever made it come late", () => {
    expect(told(verdict(twice, [three, five, three], next("orders-0@3")))).toMatchObject({
      "not-promised": [[expect.any(String), [4, 5, 10], setting]],
    });
    expect(verdict(twice, [injected("delay-request"), three, five], next("orders-0@3")).kind).toBe("violated");
    expect(verdict(twice, [three, five, commitAccepted("c1/1", "orders-1@3")], next("orders-0@3")).kind).toBe("violated");
  });

  test("without evidence of brokers, where requests may have come twice", () => {
    expect(told(verdict([injected("reset-connections")], twice, next("orders-0@3")))).toMatchObject({
      "not-promised": [[expect.any(String), [5, 6, 8], setting]],
    });
    expect(verdict([injected("kill-broker")], twice, next("orders-0@3")).kind).toBe("violated");
  });
});

test("without evidence of brokers only faults that make zombies permit old offsets", () => {
  expect(verdict([injected("pause-broker")], committed, next("orders-0@0", "earliest")).kind).toBe("not-promised");
  expect(verdict([injected("kill-broker")], committed, next("orders-0@0", "earliest")).kind).toBe("violated");
});

test("without evidence of brokers, unclean elections of the coordinators' log permit forgotten commits once brokers were disturbed", () => {
  const forgotten = historyOf(committed, [injected("kill-broker")], next("orders-0@0", "earliest"));
  const brokerConfig = { "unclean.leader.election.enable": true };
  expect(told(verdictOn(committedOffsetIsAcceptedCommit, forgotten, { brokerConfig }))).toMatchObject({
    "not-promised": [[expect.any(String), [2, 3, 6], "unclean.leader.election.enable=true"]],
  });
});

test("assignments without a beginning, and beginnings without an assignment, give nothing to judge", () => {
  expect(
    verdict([assigned("c1/1", "orders-0"), revoked("c1/1", "orders-0"), begins("ghost/1", "orders-0@4", "committed")]).kind,
  ).toBe("unknown");
});

test("a member that begins again begins with what had been committed by then", () => {
  const again = (offset: number): readonly Told[] => [
    rewound("c1/1", "orders-0"),
    begins("c1/1", `orders-0@${offset}`, "committed"),
  ];
  expect(told(verdict(committed, again(3)))).toBe("holds for 2");
  expect(told(verdict(committed, again(2)))).toEqual({
    violated: [["c1 begins with orders-0 of billing at offset 2, although 3 had been committed.", [2, 3, 5]]],
  });
});

test("offsets that were given up with their transaction may be committed by what was to end another one, where all have one epoch", () => {
  const given = [...committed, commits("c1/1", 2, "orders-0@5"), commitRefused("c1", 2, "TRANSACTION_ABORTABLE")];
  const history = historyOf([injected("delay-request")], given, next("orders-0@5"));
  const kind = (version: 0 | 2, group: object): string => {
    const shape = { group, brokerConfig: { "transaction.version": version } } as const;
    return verdictOn(committedOffsetIsAcceptedCommit, withBrokers(history), shape).kind;
  };
  const writes = { commit: "in-transaction", output: { topic: "receipts", config: {} } };
  expect([kind(0, writes), kind(2, writes), kind(0, {})]).toEqual(["not-promised", "violated", "violated"]);
});

/** Without brokers' evidence a held-up request would permit more than that. */
const withBrokers = (history: History): History => [
  ...history,
  ...historyOf(changed("orders-0", { leader: 1, epoch: 0, isr: [1] })),
];
