import type { Draw } from "../model/random.ts";
import type { Fault, FaultKind } from "../model/fault.ts";
import type { TrialOptions } from "../model/schedule.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Command } from "./command.ts";

/** Faults of one family are switched on and off together when a trial's options are drawn. */
export type FaultFamily =
  | "broker-crash"
  | "power"
  | "disk"
  | "pause"
  | "clock"
  | "network"
  | "requests"
  | "election"
  | "admin"
  | "client";

/** The fault of one kind. */
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

/** How one kind of fault is made up, done and undone. */
export interface FaultDefinition<F> {
  /** What it does to the cluster, in one sentence. */
  readonly sentence: string;
  readonly family: FaultFamily;
  /**
   * Not drawn among all the others unless a trial's settings name it, because it takes something away from what they can find:
   * the generator sees to it that it occurs in a few trials.
   */
  readonly isDrawnApart?: true;
  /** Makes up one that fits a trial. */
  generate(draw: Draw, options: TrialOptions): F;
  /** Says what is wrong with one that can never be played in a trial with these options. */
  check(fault: F, options: TrialOptions): string | undefined;
  /** What is to be done for it now, and what to undo it later; or why there is nothing to be done. */
  inject(fault: F, view: ClusterView): Injection;
}

export type Injection =
  | {
      readonly kind: "injected";
      readonly commands: readonly Command[];
      /** Empty for a fault that is over as soon as it is done. */
      readonly heal: readonly Command[];
      /** What the symbolic targets stood for, in words. */
      readonly resolved: readonly string[];
    }
  | { readonly kind: "skipped"; readonly reason: string };

/** A fault that found nobody to be done to. */
export const skipped = (reason: string): Injection => ({ kind: "skipped", reason });
