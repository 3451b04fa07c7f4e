/** What comes of an action: a new state, or a refusal with Kafka's error for it and the reason. */

import type { ErrorName } from "../error-code.ts";
import type { Guards } from "./guards.ts";
import type { ClusterState } from "./state.ts";

export type Step = { readonly kind: "ok"; readonly state: ClusterState } | Refusal;

export interface Refusal {
  readonly kind: "refused";
  readonly error: ErrorName;
  /** In words; worked out when it is asked for, because an exhaustive search is refused millions of times. */
  readonly because: () => string;
}

export const ok = (state: ClusterState): Step => ({ kind: "ok", state });

export const refused = (error: ErrorName, because: string | (() => string)): Refusal => ({
  kind: "refused",
  error,
  because: typeof because === "string" ? () => because : because,
});

/**
 * How each of some actions is taken, by its kind. A table, so that what is chosen is chosen once, and the code of an action sees
 * no other's.
 */
export type Steps<Some extends { readonly kind: string }> = {
  readonly [Kind in Some["kind"]]: TakeStep<Some & { readonly kind: Kind }>;
};

export type TakeStep<Some> = (state: ClusterState, action: Some, guards: Guards) => Step;
