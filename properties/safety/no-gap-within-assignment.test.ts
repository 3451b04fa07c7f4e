import { expect, test } from "vitest";
import {
  assigned,
  begins,
  changed,
  chosen,
  delivered,
  goesOn,
  historyOf,
  readBack,
  revoked,
  rewound,
  told,
  verdictOn,
} from "../hand-made-history.ts";
import { noGapWithinAssignment } from "./no-gap-within-assignment.ts";

const begun = [assigned("c1/1", "orders-0"), begins("c1/1", "orders-0@0")];
const log = readBack("orders-0", "s1", "s2", "s3", "s4");

test("it holds where a member gets every record once and in order", () => {
  const history = historyOf(
    [...begun, delivered("c1/1", "orders-0@0", "s1"), delivered("c1/1", "orders-0@1", "s2")],
    readBack("orders-0", "s1", "s2"),
  );
  expect(told(verdictOn(noGapWithinAssignment, history))).toBe("holds for 2");
});

test("records that were passed over are a gap", () => {
  const history = historyOf([...begun, delivered("c1/1", "orders-0@0", "s1"), delivered("c1/1", "orders-0@3", "s4")], log);
  expect(told(verdictOn(noGapWithinAssignment, history))).toEqual({
    violated: [["c1 was to get orders-0 from offset 1 and got 3: it passed over offsets 1, 2.", [2, 3]]],
  });
});

test("the first record after the beginning may be missing too", () => {
  const history = historyOf([...begun, delivered("c1/1", "orders-0@1", "s2")], log);
  expect(told(verdictOn(noGapWithinAssignment, history))).toEqual({
    violated: [["c1 was to get orders-0 from offset 0 and got 1: it passed over offset 0.", [1, 2]]],
  });
});

test("a record that comes again within one assignment is a step back", () => {
  const history = historyOf([...begun, delivered("c1/1", "orders-0@0", "s1"), delivered("c1/1", "orders-0@0", "s1")], log);
  expect(told(verdictOn(noGapWithinAssignment, history))).toEqual({
    violated: [["c1 was to get orders-0 from offset 1 and got 0: it went back.", [2, 3]]],
  });
});

test("offsets at which the log has no record are no gap, and neither is a new beginning", () => {
  const holes = historyOf([...begun, delivered("c1/1", "orders-0@5", "s6")]);
  expect(told(verdictOn(noGapWithinAssignment, holes))).toBe("holds for 1");
  const reset = historyOf([...begun, begins("c1/1", "orders-0@3", "latest"), delivered("c1/1", "orders-0@3", "s4")], log);
  expect(told(verdictOn(noGapWithinAssignment, reset))).toBe("holds for 1");
});

test("another assignment begins anew", () => {
  const again = [
    assigned("c1/2", "orders-0"),
    begins("c1/2", "orders-0@0", "committed"),
    delivered("c1/2", "orders-0@0", "s1"),
  ];
  const history = historyOf([...begun, delivered("c1/1", "orders-0@0", "s1"), revoked("c1/1", "orders-0"), ...again], log);
  expect(told(verdictOn(noGapWithinAssignment, history))).toBe("holds for 2");
});

test("an unclean election takes the promise back", () => {
  const history = historyOf(
    [changed("orders-0", { leader: 1, epoch: 0, isr: [1] }), ...begun, changed("orders-0", { leader: 2, epoch: 1, isr: [2] })],
    [delivered("c1/1", "orders-0@1", "s2")],
    log,
  );
  const verdict = verdictOn(noGapWithinAssignment, history, { topic: { "unclean.leader.election.enable": true } });
  expect(told(verdict)).toMatchObject({
    "not-promised": [[expect.any(String), [2, 4], "unclean.leader.election.enable=true"]],
  });
});

test("deliveries to nobody, of partitions that are not held, or after they were given back are not judged here", () => {
  const history = historyOf(
    [delivered("ghost/1", "orders-0@0", "s1"), ...begun, delivered("c1/1", "orders-1@9", "s9")],
    [revoked("c1/1", "orders-0"), delivered("c1/1", "orders-0@3", "s4")],
    log,
  );
  expect(verdictOn(noGapWithinAssignment, history).kind).toBe("unknown");
});

test("without a beginning the first record is as good as any", () => {
  const history = historyOf([assigned("c1/1", "orders-0"), delivered("c1/1", "orders-0@2", "s3")], log);
  expect(told(verdictOn(noGapWithinAssignment, history))).toBe("holds for 1");
});

test("records that later ones of their keys replace may be missing where a member reads, and no others", () => {
  const keyed = (second: string) => [
    chosen("s1", "orders-0", [0], "a"),
    chosen("s2", "orders-0", [0], second),
    chosen("s3", "orders-0", [0], "a"),
    chosen("s4", "orders-0", [0], "b"),
  ];
  const got = [...begun, delivered("c1/1", "orders-0@2", "s3"), delivered("c1/1", "orders-0@3", "s4")];
  const verdict = (second: string) =>
    verdictOn(noGapWithinAssignment, historyOf(keyed(second), got, log), { topic: { "cleanup.policy": "compact" } });
  expect(told(verdict("b"))).toMatchObject({
    "not-promised": [[expect.any(String), expect.any(Array), "cleanup.policy=compact"]],
  });
  expect(verdict("c").kind).toBe("violated");
});

test("whoever keeps a partition in a cooperative rebalance goes on where it was", () => {
  const first = delivered("c1/1", "orders-0@0", "s1");
  const kept = goesOn("c1/2", ["orders-0"], "orders-0");
  const goodHistory = historyOf([...begun, first, kept, delivered("c1/2", "orders-0@1", "s2")], log);
  expect(told(verdictOn(noGapWithinAssignment, goodHistory))).toBe("holds for 2");
  const gap = historyOf(
    [...begun, first, kept, goesOn("c1/3", ["orders-0"], "orders-0"), delivered("c1/3", "orders-0@2", "s3")],
    log,
  );
  expect(told(verdictOn(noGapWithinAssignment, gap))).toEqual({
    violated: [["c1 was to get orders-0 from offset 1 and got 2: it passed over offset 1.", [2, 5]]],
  });
});

test("a member that has given up what it had processed is given it again", () => {
  const once = delivered("c1/1", "orders-0@0", "s1");
  const again = [rewound("c1/1", "orders-0"), begins("c1/1", "orders-0@0"), once];
  expect(told(verdictOn(noGapWithinAssignment, historyOf([...begun, once, ...again], log)))).toBe("holds for 2");
});
