import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { electLeader } from "./leader-election.ts";
import type { ElectionQuestion } from "./leader-election.ts";

interface Scene {
  readonly kind?: ElectionQuestion["kind"];
  readonly isr: readonly number[];
  readonly elr?: readonly number[];
  readonly last?: number;
  readonly leader: number;
  readonly up: readonly number[];
  readonly isUncleanAllowed?: boolean;
}

/** Elects among replicas 1, 2 and 3; says who leads, and `!` behind it where records may be missing. */
function elected({ elr = [], isr, isUncleanAllowed = false, kind = "online", last = -1, leader, up }: Scene): string {
  const election = electLeader({
    kind,
    replicas: [1, 2, 3].map(brokerId),
    isr: isr.map(brokerId),
    elr: elr.map(brokerId),
    lastKnownLeader: brokerId(last),
    leader: brokerId(leader),
    isAcceptable: (broker) => up.includes(broker),
    uncleanAllowed: isUncleanAllowed,
  });
  return `${election.leader}${election.isUnclean ? "!" : ""}`;
}

test.each<readonly [string, Scene, string]>([
  ["a leader that may lead stays", { isr: [2, 1], leader: 2, up: [1, 2, 3] }, "2"],
  ["the first replica in the ISR follows a leader that is gone", { isr: [3, 2, 1], leader: 1, up: [2, 3] }, "2"],
  ["a replica outside the ISR is passed over", { isr: [1, 3], leader: 1, up: [2, 3] }, "3"],
  ["nobody leads when the ISR is gone", { isr: [1], leader: 1, up: [2, 3] }, "-1"],
  ["anyone leads then, where unclean elections are enabled", { isr: [1], leader: 1, up: [2, 3], isUncleanAllowed: true }, "2!"],
  ["a member of the ISR is preferred also where they are", { isr: [1, 3], leader: 1, up: [2, 3], isUncleanAllowed: true }, "3"],
  ["nobody leads when everybody is gone", { isr: [1, 2], leader: 1, up: [], isUncleanAllowed: true }, "-1"],
  ["the preferred replica takes over when it is in the ISR", { kind: "preferred", isr: [2, 1], leader: 2, up: [1, 2] }, "1"],
  [
    "the preferred replica does not take over from outside the ISR",
    { kind: "preferred", isr: [2], leader: 2, up: [1, 2] },
    "2",
  ],
  ["who is eligible leads when the ISR is empty", { isr: [], elr: [3, 2], leader: -1, up: [1, 2, 3] }, "2"],
  ["also as the preferred one", { kind: "preferred", isr: [], elr: [1, 2], leader: -1, up: [1, 2] }, "1"],
  ["who is eligible does not lead while somebody is in sync", { isr: [1], elr: [2], leader: 1, up: [2] }, "-1"],
  ["who led last leads when nobody is eligible", { isr: [], last: 3, leader: -1, up: [1, 2, 3] }, "3!"],
  ["who led last does not lead while it is gone", { isr: [], last: 3, leader: -1, up: [1, 2] }, "-1"],
  ["nor while somebody is eligible", { isr: [], elr: [2], last: 3, leader: -1, up: [3] }, "-1"],
  ["who led last is preferred to anyone", { isr: [], last: 3, leader: -1, up: [1, 3], isUncleanAllowed: true }, "3!"],
  ["anyone leads while it is gone", { isr: [], last: 3, leader: -1, up: [1, 2], isUncleanAllowed: true }, "1!"],
  ["nor while it is fenced", { kind: "preferred", isr: [2, 1], leader: 2, up: [2] }, "2"],
])("%s", (_sentence, scene, expected) => {
  expect(elected(scene)).toBe(expected);
});
