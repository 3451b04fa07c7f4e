/** Reads JSON for people: says line and column of what is wrong with it. */

export type DecodedJson =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "bad"; readonly line: number; readonly column: number; readonly problem: string };

export function decodeJson(text: string): DecodedJson {
  try {
    return { kind: "json", value: JSON.parse(text) as unknown };
  } catch (error) {
    const problem = messageOf(error);
    const before = text.slice(0, offsetOf(problem, text));
    const lines = before.split("\n");
    const [what] = problem.split(/(?: in JSON)? at position|, (?:\.\.\.)?"/);
    return { kind: "bad", line: lines.length, column: lines.at(-1)!.length + 1, problem: what! };
  }
}

const unexpected = "Unexpected token";

/** The engine says where it is, but for a token that it has not expected; where the text ends too soon, its end is meant. */
function offsetOf(problem: string, text: string): number {
  const told = /at position (\d+)/.exec(problem)?.[1];
  if (told !== undefined) return Number(told);
  return problem.startsWith(unexpected) ? offsetOfToken(text) : text.length;
}

/** A beginning of the text is only refused for the token where it has it in it: the shortest one that is ends with it. */
function offsetOfToken(text: string): number {
  let without = 0;
  let within = text.length;
  while (within - without > 1) {
    const length = Math.floor((without + within) / 2);
    if (isRefusedForToken(text.slice(0, length))) within = length;
    else without = length;
  }
  return without;
}

function isRefusedForToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith(unexpected);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
