/** Reads the values of options. What cannot be read is refused in one line that says what it should have been. */

import { InvalidArgumentError, Option } from "commander";
import { availableParallelism } from "node:os";
import { parseSeed, seedForm } from "../../harness/seed.ts";
import type { SystemId } from "../../harness/system.ts";

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `10s`, `500ms`, `2m`, `1.5h` in milliseconds. */
export function duration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (found === null) throw new InvalidArgumentError("A duration is a number with its unit: 500ms, 10s, 2m or 1h.");
  return Number(found[1]) * unitsMs[found[2]!]!;
}

/** A whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
    }
    return value;
  };

/** The seed of a campaign. */
export function campaignSeed(text: string): string {
  const seed = parseSeed(text);
  if (seed === undefined) throw new InvalidArgumentError(`A seed is ${seedForm}.`);
  if (seed.trial !== undefined) {
    throw new InvalidArgumentError(`${text} is one trial of a campaign: kafka-trial replay ${text} plays it.`);
  }
  return text;
}

/** Collects the values of an option that can be given more than once. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export const sutOption = (what = "system under test: the in-memory cluster, or real Kafka in containers"): Option =>
  new Option("--sut <system>", what).choices(["sim", "kafka"] satisfies SystemId[]).default("sim" satisfies SystemId);

/** As many threads as the machine has cores for. */
export const workersUnlessTold = (): number => Math.max(1, availableParallelism());
export const workersMax = 256;
