/** When two trials fail in the same way: the same property, as a violation or with the same permission, in the same variant. */

import type { Breach } from "../../properties/verdict.ts";
import type { Trial } from "../trial.ts";

/** Whether a trial breaks the property as `breach` did. */
export function fails(property: string, breach: Breach): (trial: Pick<Trial, "judged">) => boolean {
  return ({ judged }) => {
    const verdict = judged.find((one) => one.property.id === property)?.verdict;
    const kind = breach.permission === undefined ? "violated" : "not-promised";
    if (verdict?.kind !== kind) return false;
    return verdict.breaches.some(
      (other) => other.variant === breach.variant && other.permission?.setting === breach.permission?.setting,
    );
  };
}
