import type { Json } from "../model/fault.ts";
import type { Draw } from "../model/random.ts";
import type { TrialOptions } from "../model/schedule.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Injection } from "./fault-definition.ts";

/**
 * A fault that a user brings along, as a plain object. It is made of the same commands as the ones that come with
 * kafka-trial, so it is played on every system that supports them, it shrinks, and it is healed at the end.
 */
export interface OwnFault {
  /** Its name in schedules and reports. */
  readonly id: string;
  readonly sentence: string;
  /** Makes up its parameters, which travel in the schedule. */
  generate(draw: Draw, options: TrialOptions): Json;
  inject(parameters: Json, view: ClusterView): Injection;
}
