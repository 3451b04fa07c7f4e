/** With fast-check: its seeds, its paths, its reports, and schedules that know how to shrink. */

import fc from "fast-check";
import { assertTrial, schedules } from "kafka-trial";
import { test } from "vitest";

test("whatever the schedule, every property holds", () => {
  fc.assert(
    fc.property(schedules({ brokers: 3, permissive: false }), (schedule) => {
      assertTrial(schedule);
    }),
    { numRuns: 50 },
  );
});
