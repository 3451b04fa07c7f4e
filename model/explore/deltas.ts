/**
 * What becomes of a part of a world: what was present becomes past, and some of what is in it becomes something else. The rest is
 * handed on as it was, so one delta is good for many parts.
 */

import type { HeadPart } from "./head-parts.ts";
import type { Codec } from "./codec.ts";
import { PairMemo } from "./pair-memo.ts";
import type { Copy, Fetched, LeaderRole, PartitionState, Role, Term } from "../reference/state.ts";

/** Which of what was present has become past: the partition's epoch, and the process of a broker (0 for none). */
export interface Age {
  readonly isPartitionAged: boolean;
  readonly process: number;
}

/** What is another one in a role now: all of it where it is another role. */
export type RolePatch = Partial<Omit<LeaderRole, "kind" | "fetched">> & {
  readonly kind?: Role["kind"];
  readonly from?: LeaderRole["epoch"];
  readonly fetched?: readonly (readonly [broker: number, fetched: Fetched | undefined])[];
};

export type CopyPatch = Partial<Omit<Copy, "role">> & { readonly role?: RolePatch };

/** Of one kind of part: what is in it now. Epochs of the partition and of processes are present or past as of now. */
export type Patch =
  | { readonly of: "copy"; readonly set: CopyPatch }
  | { readonly of: "term"; readonly epoch: number; readonly set: Partial<Term> }
  | {
      readonly of: "head";
      readonly set: Partial<HeadPart["decided"]>;
      readonly beside: Partial<Omit<HeadPart, "decided">>;
    }
  | { readonly of: "proposals"; readonly set: PartitionState["proposals"] | undefined };

export class Deltas {
  private readonly numbers = new Map<string, number>();
  private readonly known: (readonly [Age, Patch])[] = [];
  private readonly memo: PairMemo;

  constructor(codec: Codec) {
    this.memo = new PairMemo((delta, part) => codec.patched(part, ...this.known[delta - 1]!));
  }

  get bytes(): number {
    return this.memo.bytes;
  }

  /** The number of a delta, from 1 on. */
  numberOf(age: Age, patch: Patch): number {
    const text = told(patch) + told(age);
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.known.push([age, patch]);
    this.numbers.set(text, number);
    return number;
  }

  /** The number of the part that a part becomes. */
  applied(delta: number, part: number): number {
    return this.memo.get(delta, part);
  }
}

/** All that is in a value, as text; logs are told by their numbers. */
function told(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(told).join()}]`;
  if ("producers" in value && "id" in value) return `log ${String(value.id)}`;
  let text = "{";
  for (const [field, one] of Object.entries(value)) text += `${field}:${told(one)},`;
  return `${text}}`;
}
