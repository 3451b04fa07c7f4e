/** What comes of an action: a new state, or a refusal with Kafka's error for it and the reason. */

import type { ErrorName } from "../error-code.ts";
import type { ClusterState } from "./state.ts";

export type Step =
  | { readonly kind: "ok"; readonly state: ClusterState }
  | { readonly kind: "refused"; readonly error: ErrorName; readonly because: string };

export const ok = (state: ClusterState): Step => ({ kind: "ok", state });

export const refused = (error: ErrorName, because: string): Step => ({ kind: "refused", error, because });
