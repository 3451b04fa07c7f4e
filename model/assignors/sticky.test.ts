import { expect, test } from "vitest";
import { generation, memberId, topicOf } from "../ids.ts";
import type { MemberId, TopicPartition } from "../ids.ts";
import { drawFrom } from "../random.ts";
import type { AssignorQuestion, GroupAssignment } from "./assignor.ts";
import { claimsOf, keeperOf } from "./claims.ts";
import { assignCooperativeSticky } from "./cooperative-sticky.ts";
import { assignSticky } from "./sticky.ts";

/** `{ a: ["t", 3, "t-0 t-1"] }`: what each member wants, and since which generation it holds what. */
type Members = { readonly [member: string]: readonly [wants: string, generation?: number, holds?: string] };

const words = (text = ""): readonly string[] => text.split(" ").filter(Boolean);
const question = (members: Members, partitions: { readonly [topic: string]: number }): AssignorQuestion => ({
  subscriptions: new Map(Object.entries(members).map(([member, [wants]]) => [memberId(member), words(wants)])),
  partitions: new Map(Object.entries(partitions)),
  owned: new Map(
    Object.entries(members).map(([member, [, since = -1, holds]]) => [
      memberId(member),
      { generation: generation(since), partitions: words(holds) as readonly TopicPartition[] },
    ]),
  ),
});
const shares = (given: GroupAssignment): unknown =>
  Object.fromEntries([...given].map(([member, held]) => [member, held.toSorted().join(" ")]));
const sticky = (members: Members, partitions: { readonly [topic: string]: number }): unknown =>
  shares(assignSticky(question(members, partitions)));

test("who is new takes from those who have most, and everybody else keeps what it had", () => {
  const before: Members = { a: ["t", 1, "t-0 t-1 t-2"], b: ["t", 1, "t-3 t-4 t-5"], c: ["t"] };
  expect(sticky(before, { t: 6 })).toEqual({ a: "t-0 t-1", b: "t-3 t-4", c: "t-2 t-5" });
});

test("what a member that is gone had goes to those who have least", () => {
  expect(sticky({ a: ["t", 1, "t-0 t-1"], b: ["t", 1, "t-2"] }, { t: 4 })).toEqual({ a: "t-0 t-1", b: "t-2 t-3" });
});

test("of two who claim a partition the one of the later generation keeps it, and of the same generation nobody does", () => {
  const claimants = (first: number, second: number): AssignorQuestion =>
    question({ a: ["t", first, "t-0"], b: ["t", second, "t-0"] }, { t: 1 });
  expect(keeperOf(claimsOf(claimants(3, 2)).get("t-0" as TopicPartition)!)).toBe("a");
  expect(keeperOf(claimsOf(claimants(2, 3)).get("t-0" as TopicPartition)!)).toBe("b");
  expect(keeperOf(claimsOf(claimants(3, 3)).get("t-0" as TopicPartition)!)).toBeUndefined();
});

test("a claim to what does not exist, or is not wanted any more, is none", () => {
  expect(claimsOf(question({ a: ["t", 1, "t-7 gone-0"], b: ["t", 1, "u-0"] }, { t: 1, u: 1 })).size).toBe(0);
});

test("cooperative: nobody is given what another still holds, whatever the generation of its word", () => {
  const cooperative = (members: Members, partitions: { readonly [topic: string]: number }): unknown =>
    shares(assignCooperativeSticky(question(members, partitions)));
  const joining: Members = { a: ["t", 1, "t-0 t-1"], b: ["t"] };
  expect(cooperative(joining, { t: 2 })).toEqual({ a: "t-0", b: "" });
  expect(cooperative({ a: ["t", 2, "t-0"], b: ["t", 2] }, { t: 2 })).toEqual({ a: "t-0", b: "t-1" });
  // c missed a generation, and t-1 was taken from it then; b must not have it while c may still read it.
  const behind: Members = { a: ["t", 2, "t-0"], b: ["t", 2, ""], c: ["t", 1, "t-1 t-2"] };
  expect(cooperative(behind, { t: 3 })).toEqual({ a: "t-0", b: "", c: "t-1" });
});

interface Drawn {
  readonly asked: AssignorQuestion;
  readonly names: readonly MemberId[];
}

function drawn(nth: number, isSameForAll: boolean): Drawn {
  const draw = drawFrom({ high: 5, low: nth }, "sticky");
  const topics = ["a", "b", "c"];
  const partitions = Object.fromEntries(topics.map((topic) => [topic, draw.integer(0, 6)]));
  const members: Record<string, Members[string]> = {};
  const all = topics.flatMap((topic) => Array.from({ length: partitions[topic]! }, (_, index) => `${topic}-${index}`));
  for (let at = draw.integer(1, 5); at > 0; at--) {
    const wants = isSameForAll ? topics : topics.filter(() => draw.chance(0.6));
    members[`m${at}`] = [wants.join(" "), draw.integer(1, 3), all.filter(() => draw.chance(0.3)).join(" ")];
  }
  return { asked: question(members, partitions), names: Object.keys(members).map(memberId) };
}

test("every wanted partition has one owner who wants it, and nobody has two more than another who could take one", () => {
  for (let nth = 0; nth < 500; nth++) {
    const { asked } = drawn(nth, false);
    const given = assignSticky(asked);
    const wants = (member: MemberId, topic: string): boolean => asked.subscriptions.get(member)!.includes(topic);
    const wanted = [...asked.partitions].filter(([topic]) => [...given.keys()].some((member) => wants(member, topic)));
    const dealt = [...given.values()].flat();
    expect(new Set(dealt).size).toBe(dealt.length);
    expect(dealt.length).toBe(wanted.reduce((sum, [, count]) => sum + count, 0));
    for (const [member, held] of given) {
      for (const partition of held) {
        expect(wants(member, topicOf(partition))).toBe(true);
        for (const [other, others] of given) {
          if (wants(other, topicOf(partition))) expect(held.length - others.length).toBeLessThan(2);
        }
      }
    }
  }
});

test("where all want the same, as much stays where it was as even shares permit", () => {
  for (let nth = 0; nth < 500; nth++) {
    const { asked, names } = drawn(nth, true);
    const given = assignSticky(asked);
    const keepers = [...claimsOf(asked)].map(([partition, claims]) => [partition, keeperOf(claims)] as const);
    const ownedBy = (member: MemberId): readonly TopicPartition[] =>
      keepers.filter(([, keeper]) => keeper === member).map(([partition]) => partition);
    const total = [...asked.partitions.values()].reduce((sum, count) => sum + count, 0);
    const even = Math.floor(total / names.length);
    const withMore = names.filter((member) => ownedBy(member).length > even).length;
    const most = names.reduce((sum, member) => sum + Math.min(ownedBy(member).length, even), 0);
    const kept = names.reduce(
      (sum, member) => sum + ownedBy(member).filter((partition) => given.get(member)!.includes(partition)).length,
      0,
    );
    expect([nth, kept]).toEqual([nth, most + Math.min(total % names.length, withMore)]);
  }
});

test("cooperative: rounds in which everybody holds what it was given come to the shares that sticky would have dealt", () => {
  for (let nth = 0; nth < 200; nth++) {
    const { asked } = drawn(nth, false);
    let holds = asked.owned!;
    for (let round = 0; round < 3; round++) {
      const given = assignCooperativeSticky({ ...asked, owned: holds });
      holds = new Map([...given].map(([member, partitions]) => [member, { generation: generation(10 + round), partitions }]));
    }
    const now = { ...asked, owned: holds };
    expect(shares(assignCooperativeSticky(now))).toEqual(shares(assignSticky(now)));
    const dealt = [...holds.values()].flatMap(({ partitions }) => partitions);
    expect(new Set(dealt).size).toBe([...assignSticky(asked).values()].flat().length);
  }
});
