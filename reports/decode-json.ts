/** Reads JSON for people: says line and column of what is wrong with it. */

export type DecodedJson =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "bad"; readonly line: number; readonly column: number; readonly problem: string };

export function decodeJson(text: string): DecodedJson {
  try {
    return { kind: "json", value: JSON.parse(text) as unknown };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const offset = /position (\d+)/.exec(problem)?.[1];
    const before = offset === undefined ? text : text.slice(0, Number(offset));
    const lines = before.split("\n");
    const [what] = problem.split(/(?: in JSON)? at position/);
    return { kind: "bad", line: lines.length, column: lines.at(-1)!.length + 1, problem: what! };
  }
}
