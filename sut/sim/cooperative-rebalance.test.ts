/** Cooperative rebalances (KIP-429) over whole trials. */

import { expect, test } from "vitest";
import type { AssignmentStrategy } from "../../model/settings.ts";
import type { Step } from "../../model/schedule.ts";
import { allOf, fault, placeOf, sends, starts, trialOf } from "./hand-made-trials.ts";
import { playInMemory } from "./play.ts";

const later = (member: string, ms: number): Step => ({
  id: `m-${member}`,
  after: { ms },
  do: { kind: "start-member", member },
});

/** `c1` holds all four partitions, and after a second `c2` joins; records are sent all the while. */
const secondJoins = (strategy: AssignmentStrategy, handlerMs = 1) =>
  playInMemory(
    trialOf(
      { partitions: 4, group: { members: ["c1", "c2"], handlerMs }, consumer: { "partition.assignment.strategy": strategy } },
      starts("c1"),
      later("c2", 1000),
      sends(200, { partitions: 4, everyMs: 10 }),
    ),
  ).history;

test("a member gives back only what it is not given again, and the group rebalances once more", () => {
  const history = secondJoins("cooperative-sticky");
  const ofFirst = allOf(history, "revoked").filter(({ client }) => client === "c1");
  expect(ofFirst.map(({ generation, partitions }) => [generation, partitions.length])).toEqual([[1, 2]]);
  const assigned = allOf(history, "assigned").map(({ client, generation, kept, partitions }) => {
    return `${client}/${generation}: ${partitions.length}, ${kept?.length} kept`;
  });
  expect(assigned).toEqual(["c1/1: 4, 0 kept", "c2/2: 0, 0 kept", "c1/2: 2, 2 kept", "c1/3: 2, 2 kept", "c2/3: 2, 0 kept"]);
});

test("while the others are waited for a member goes on with what it holds; eagerly it stands still", () => {
  const meanwhile = (strategy: AssignmentStrategy): number => {
    const { history } = playInMemory(
      trialOf(
        { partitions: 3, group: { members: ["c1", "c2", "c3"] }, consumer: { "partition.assignment.strategy": strategy } },
        starts("c1", "c2"),
        fault("f1", { ms: 900 }, { kind: "slow-handler", client: "c2", handlerMs: 1500 }),
        later("c3", 1000),
        sends(300, { partitions: 3, everyMs: 10 }),
      ),
    );
    const [joined] = allOf(history, "assigned").filter(({ client }) => client === "c3");
    const justBefore = ({ atUs }: { readonly atUs: number }): boolean => joined!.atUs - 300_000 < atUs && atUs < joined!.atUs;
    const values = allOf(history, "delivered").map(({ value }) => value);
    if (strategy === "cooperative-sticky") expect(new Set(values).size).toBe(values.length);
    return allOf(history, "delivered").filter((event) => event.client === "c1" && justBefore(event)).length;
  };
  expect(meanwhile("cooperative-sticky")).toBeGreaterThan(5);
  expect(meanwhile("sticky")).toBe(0);
});

test("eagerly a sticky member gives all back, and gets most of it again", () => {
  const history = secondJoins("sticky");
  expect(allOf(history, "revoked").map(({ client, partitions }) => [client, partitions.length])).toEqual([["c1", 4]]);
  const [before, after] = allOf(history, "assigned").filter(({ client }) => client === "c1");
  expect(after?.kept).toBeUndefined();
  expect(after?.partitions.every((partition) => before?.partitions.includes(partition))).toBe(true);
});

test("what was processed of a partition is committed before it is given back, in the new generation", () => {
  const history = secondJoins("cooperative-sticky", 30);
  const revoked = placeOf(history, "revoked", ({ client }) => client === "c1");
  const [event] = allOf(history, "revoked").filter(({ client }) => client === "c1");
  const late = history
    .slice(0, revoked)
    .findLast((one) => one.kind === "commit-started" && one.client === "c1" && one.generation === 2);
  expect(late?.kind === "commit-started" && late.offsets.some(({ partition }) => event!.partitions.includes(partition))).toBe(
    true,
  );
});

test("a member that was thrown out loses all it held, and claims none of it when it joins again", () => {
  const { history } = playInMemory(
    trialOf(
      {
        partitions: 4,
        group: { members: ["c1", "c2"] },
        consumer: { "partition.assignment.strategy": "cooperative-sticky" },
      },
      starts("c1", "c2"),
      sends(40, { partitions: 4, everyMs: 50 }),
      fault("f1", { ms: 1200 }, { kind: "pause-client", client: "c1" }, 3000),
    ),
  );
  const lost = placeOf(history, "lost", ({ client }) => client === "c1");
  expect(lost).toBeGreaterThan(0);
  const next = history.slice(lost).find((event) => event.kind === "shared-out");
  const claims = next?.kind === "shared-out" ? next.members.map(({ owned }) => owned?.partitions.length) : [];
  expect(claims.toSorted((left, right) => (left ?? 0) - (right ?? 0))).toEqual([0, 4]);
});
