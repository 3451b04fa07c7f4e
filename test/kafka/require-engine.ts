/** Tests that need real Kafka: run where it can be had, otherwise skipped aloud, or failed where it must be had. */

import { describe, expect, test } from "vitest";
import { engineProblem } from "../../sut/kafka/engine.ts";

const problem = await engineProblem();
const isRequired = process.env["KAFKA_TRIAL_REQUIRE_KAFKA"] === "1";
let isSaid = false;

/** As `describe`, of tests that need a Docker engine with an image of Kafka. */
export function describeWithKafka(name: string, body: () => void): void {
  if (problem === undefined) {
    describe(name, body);
    return;
  }
  if (isRequired) {
    test(`${name}: real Kafka is required (KAFKA_TRIAL_REQUIRE_KAFKA=1)`, () => {
      expect.fail(problem);
    });
    return;
  }
  // Past the test runner, which would put it in a frame and may leave it out.
  if (!isSaid) process.stderr.write(`\n*** TESTS ON REAL KAFKA ARE SKIPPED: ${problem} ***\n\n`);
  isSaid = true;
  describe.runIf(false)(name, body);
}
