import { afterAll, expect, test } from "vitest";
import { kafkaTrial, linesOf } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeWithKafka } from "./require-engine.ts";

const limitMs = 180_000;
const root = new URL("../../", import.meta.url).pathname;

describeWithKafka("the command line with real Kafka", () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());

  test("a campaign is played on real brokers, and says what was exercised", { timeout: limitMs }, async () => {
    const output = folder.at("out");
    const args = ["run", "--sut", "kafka", "--runs", "2", "--seed", "cli", "--json", "--output", output];
    const { exitCode, stdout } = await kafkaTrial(args, { cwd: folder.path });
    const [json] = linesOf(stdout);
    const result = JSON.parse(json!) as { trials: number; verdicts: Record<string, { holds: number; violated: number }> };
    expect({ exitCode, trials: result.trials }).toEqual({ exitCode: 0, trials: 2 });
    expect(result.verdicts["no-lost-acked-record"]?.holds).toBeGreaterThan(0);
    expect(result.verdicts["trial-comes-to-rest"]).toMatchObject({ holds: 2, violated: 0 });
    // Only the in-memory cluster tells what brokers do.
    expect(result.verdicts["brokers-follow-the-model"]).toMatchObject({ holds: 0, violated: 0 });
  });

  test(
    "a file that shows a planted bug in memory is played on real brokers, which do not have it",
    { timeout: limitMs },
    async () => {
      const file = `${root}regressions/D01-no-duplicate-from-idempotent-producer.json`;
      const inMemory = await kafkaTrial(["replay", file], { cwd: folder.path });
      expect(inMemory.exitCode).toBe(1);
      expect(inMemory.stdout).toContain("   exact   planted bug D01");
      const real = await kafkaTrial(["replay", file, "--sut", "kafka", "--times", "2"], { cwd: folder.path });
      expect(real.stdout).toMatch(/^replay reg:\d+ {3}schedule-exact$/m);
      expect(real.stdout).toContain("  violated in 0 of 2");
      expect(real.exitCode).toBe(0);
    },
  );

  test("planted bugs are not for real brokers", { timeout: limitMs }, async () => {
    const { exitCode, stderr } = await kafkaTrial(["run", "--sut", "kafka", "--bug", "R01"], { cwd: folder.path });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 64,
      stderr: "kafka-trial: planted bugs are for the in-memory cluster: leave out --bug, or play with --sut sim\n",
    });
  });
});
