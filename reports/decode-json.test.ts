import { expect, test } from "vitest";
import { decodeJson } from "./decode-json.ts";

test("JSON is read", () => {
  expect(decodeJson(' {"a": [1, null, "x"]}\n')).toEqual({ kind: "json", value: { a: [1, null, "x"] } });
});

/** Where something is wrong is written as `line:column`. */
test.each([
  ["2:8", "a value that is none", '{\n  "a": x\n}'],
  ["2:9", "a literal with a mistake in it", '{\n  "a": ture\n}'],
  ["3:1", "a comma too many", '{\n  "a": 1,\n}'],
  ["1:4", "a bracket in place of a value", "[1,]"],
  ["3:3", "a comma too few", '{\n  "a": 1\n  "b": 2\n}'],
  ["2:3", "a name without quotes", "{\n  a: 1\n}"],
  ["1:8", "something behind the end", '{"a":1}}'],
  ["1:1", "a text that is no JSON at all", "hello"],
  ["2:8", "the same mistake in many places", '{\n  "a": x,\n  "b": x,\n  "c": x\n}'],
  ["3:1", "an end that comes too soon", '{\n  "a": {\n'],
  ["1:1", "nothing", ""],
])("at %s there is %s", (place, _, text) => {
  const decoded = decodeJson(text);
  expect(decoded.kind === "bad" ? `${decoded.line}:${decoded.column}` : "nothing is wrong").toBe(place);
});

test("what is wrong is told without a piece of the file", () => {
  const tellProblem = (text: string): string => {
    const decoded = decodeJson(text);
    return decoded.kind === "bad" ? decoded.problem : "none";
  };
  expect(tellProblem(`{"secret": "${"x".repeat(80)}", "b": nope}`)).toMatchInlineSnapshot(`"Unexpected token 'o'"`);
  expect(tellProblem('["secret" "b"]')).toMatchInlineSnapshot(`"Expected ',' or ']' after array element"`);
  expect(tellProblem('["secret",,"b"]')).toMatchInlineSnapshot(`"Unexpected token ','"`);
  expect(tellProblem('["secret"')).toMatchInlineSnapshot(`"Expected ',' or ']' after array element"`);
});

test("a mistake in a file of some megabytes is found as well", () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => `  "a line with some text in it ${at}",`);
  expect(decodeJson(`[\n${lines.join("\n")}\n  oops\n]`)).toMatchObject({ kind: "bad", line: 100_002, column: 3 });
});
