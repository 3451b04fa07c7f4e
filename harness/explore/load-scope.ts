/** Scopes of a search by name, or from a file. */

import { readFileSync } from "node:fs";
import * as v from "valibot";
import { checkScope, scopes, smallScope } from "../../model/explore/scope.ts";
import type { Scope } from "../../model/explore/scope.ts";
import { guardList } from "../../model/reference/guards.ts";
import type { GuardId } from "../../model/reference/guards.ts";
import { KafkaTrialError } from "../kafka-trial-error.ts";
import { unknownName } from "../named.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const form = v.strictObject({
  brokers: v.optional(count),
  records: v.optional(count),
  epochs: v.optional(count),
  crashes: v.optional(count),
  powerLosses: v.optional(count),
  deletions: v.optional(count),
  minInsyncReplicas: v.optional(count),
  elr: v.optional(v.boolean()),
  fencing: v.optional(v.boolean()),
  lateFetches: v.optional(v.boolean()),
  deposedController: v.optional(v.boolean()),
  without: v.optional(v.array(v.string())),
});

/** Throws a `KafkaTrialError` that says what is wrong: with the name, with the file, or with the scope in it. */
export function loadScope(nameOrFile: string, overrides: Partial<Scope>): Scope {
  const named = Object.entries(scopes).find(([name]) => name === nameOrFile)?.[1];
  const scope: Scope = { ...(named ?? scopeFrom(nameOrFile)), ...overrides };
  const problem = checkScope(scope);
  if (problem !== undefined) throw new KafkaTrialError("INPUT", problem);
  return scope;
}

/** The guard of that name. */
export function guardById(name: string): GuardId {
  const found = guardList.find(({ id }) => id === name);
  if (found === undefined)
    throw unknownName(
      "guard",
      name,
      guardList.map(({ id }) => id),
    );
  return found.id;
}

function scopeFrom(file: string): Scope {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    const names = Object.keys(scopes).join(", ");
    throw new KafkaTrialError("INPUT", `${file} is neither a scope (${names}) nor a file with one: ${because}`, { cause });
  }
  const checked = v.safeParse(form, value, { abortEarly: true });
  if (!checked.success) {
    const [issue] = checked.issues;
    throw new KafkaTrialError("INPUT", `${file}: ${v.getDotPath(issue) ?? "the scope"}: ${issue.message}`);
  }
  const { without = [], ...rest } = checked.output;
  const given = Object.fromEntries(Object.entries(rest).filter(([, part]) => part !== undefined));
  return { ...smallScope, ...given, without: without.map(guardById) };
}
