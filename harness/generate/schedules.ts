/**
 * Schedules as a fast-check arbitrary, for those who write `fc.assert(fc.property(schedules(), …))`: with its seeds, its
 * paths, and with shrinking that knows what a schedule is.
 */

import { Arbitrary, Stream, Value } from "fast-check";
import type { Random } from "fast-check";
import type { Schedule } from "../../model/schedule.ts";
import { generateSchedule } from "./generate-schedule.ts";
import type { GeneratorSettings } from "./settings.ts";
import { simplerSchedules } from "../shrink/simpler-schedules.ts";

class ScheduleArbitrary extends Arbitrary<Schedule> {
  private readonly settings: GeneratorSettings;

  constructor(settings: GeneratorSettings) {
    super();
    this.settings = settings;
  }

  override generate(random: Random): Value<Schedule> {
    const root = { high: random.nextInt(0, 0x7fffffff), low: random.nextInt(0, 0x7fffffff) };
    return new Value(generateSchedule(root, this.settings), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Schedule {
    return typeof value === "object" && value !== null && "steps" in value && "options" in value;
  }

  override shrink(value: Schedule): Stream<Value<Schedule>> {
    return Stream.of(...simplerSchedules(value)).map((schedule) => new Value(schedule, undefined));
  }
}

/** Generated schedules. What `settings` fixes is the same in all of them; the rest is drawn. */
export function schedules(settings: GeneratorSettings = {}): Arbitrary<Schedule> {
  return new ScheduleArbitrary(settings);
}
