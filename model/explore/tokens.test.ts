import { expect, test } from "vitest";
import { Tokens, TokenUsed } from "./tokens.ts";

function watched() {
  const looks: number[] = [];
  const tokens = new Tokens((look) => looks.push(look));
  const copy = tokens.watched({ end: tokens.token(1, () => 10), kind: tokens.token(2, () => "leader", true), fixed: 5 });
  const list = tokens.watched([tokens.token(3, () => 30), 4]);
  return { looks, tokens, copy, list };
}

test("who asks for a field gets its value, and has looked at it", () => {
  const { copy, list, looks } = watched();
  expect([copy.end, copy.fixed, list[0], list[1]]).toEqual([10, 5, 30, 4]);
  expect(looks).toEqual([1, 3]);
});

test("who copies an object has looked at nothing but what is never copied, and hands the rest on", () => {
  const { copy, list, looks, tokens } = watched();
  const after = { ...copy, fixed: 6 };
  const [first] = list.slice();
  expect(looks).toEqual([2]);
  expect([tokens.lookOf(after.end), tokens.lookOf(first), after.kind, after.fixed]).toEqual([1, 3, "leader", 6]);
  expect(tokens.watched(after).end).toBe(10);
  expect(tokens.valueOf(first)).toBe(30);
  expect(looks).toEqual([2, 1, 3]);
});

test("who makes use of what was only copied is told so", () => {
  const { copy } = watched();
  const after = { ...copy };
  expect(() => after.end + 1).toThrow(TokenUsed);
  expect(() => after.end > 3).toThrow(TokenUsed);
});

test("where copies have no tokens, everything that is copied has been looked at", () => {
  const { copy, list, looks, tokens } = watched();
  tokens.areCopied = false;
  expect([{ ...copy }, list.slice()]).toEqual([{ end: 10, kind: "leader", fixed: 5 }, [30, 4]]);
  expect(looks).toEqual([1, 2, 3]);
});
