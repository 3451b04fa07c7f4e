import { describe, expect, test } from "vitest";
import { errorOf } from "../../test/support/errors.ts";
import { alwaysHolds, setupWith, throws } from "../../test/support/fixed-trials.ts";
import { runCampaign } from "./campaign.ts";
import type { Progress } from "./campaign.ts";
import { laneInThread } from "./lane.ts";
import type { Lane } from "./lane.ts";
import type { RangeResult } from "./play-range.ts";
import { emptyTally } from "./tally.ts";
import { laneInWorker } from "./worker-lane.ts";

const small = { ...setupWith(), properties: [alwaysHolds] };

/** A lane that plays nothing, and says when it would have been violated. Ranges are answered after so many turns. */
function laneOf({ turns = 1, violated = [] }: { turns?: number; violated?: readonly number[] }): Lane & { closed: number } {
  const lane = {
    rangeLength: 4,
    closed: 0,
    play: async ({ from, to }: { readonly from: number; readonly to: number }): Promise<RangeResult> => {
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      const found = violated.filter((trial) => trial >= from && trial < to);
      const suspects = found.map((trial) => ({ trial, property: "a", class: "broker-bug" as const, setting: undefined }));
      return { from, to, tally: { ...emptyTally, trials: to - from }, suspects, violatedAt: found[0] };
    },
    close: async () => {
      lane.closed++;
    },
  };
  return lane;
}

describe("when a campaign ends", () => {
  test("after so many trials, be they a whole number of ranges or not", async () => {
    for (const runs of [0, 1, 4, 10]) {
      const { tally } = await runCampaign([laneOf({}), laneOf({ turns: 3 })], { end: { runs }, stopsAtFirst: true });
      expect(tally.trials).toBe(runs);
    }
  });

  test("with the first violation, whatever others have played meanwhile", async () => {
    const slowFirst = [laneOf({ turns: 9, violated: [2] }), laneOf({ violated: [6, 17] })];
    const fastFirst = [laneOf({ violated: [2] }), laneOf({ turns: 9, violated: [6, 17] })];
    for (const lanes of [slowFirst, fastFirst]) {
      const { suspects, tally } = await runCampaign(lanes, { end: { runs: 1000 }, stopsAtFirst: true });
      expect(suspects.map(({ trial }) => trial)).toEqual([2]);
      expect(tally.trials).toBe(4);
    }
  });

  test("not with a violation where it goes on", async () => {
    const { suspects, tally } = await runCampaign([laneOf({ violated: [2, 6] })], { end: { runs: 20 }, stopsAtFirst: false });
    expect(tally.trials).toBe(20);
    expect(suspects.map(({ trial }) => trial)).toEqual([2]);
  });

  test("when its time is over", async () => {
    const { seconds, tally, wasCalledOff } = await runCampaign(
      [laneInThread({ seed: "time", setup: small, stopsAtFirst: true })],
      {
        end: { durationMs: 200 },
        stopsAtFirst: true,
      },
    );
    expect(seconds).toBeGreaterThanOrEqual(0.2);
    expect(tally.trials).toBeGreaterThan(0);
    expect(wasCalledOff).toBe(false);
  });

  test("when it is called off, with what has been played so far", async () => {
    const controller = new AbortController();
    const { tally, wasCalledOff } = await runCampaign([laneOf({}), laneOf({ turns: 2 })], {
      end: { runs: 1_000_000 },
      stopsAtFirst: true,
      signal: controller.signal,
      onProgress: ({ trials }) => {
        if (trials >= 40) controller.abort();
      },
    });
    expect(wasCalledOff).toBe(true);
    expect(tally.trials).toBeGreaterThanOrEqual(40);
    expect(tally.trials).toBeLessThan(60);
  });

  test("lanes are closed, whatever its end", async () => {
    const lanes = [laneOf({}), laneOf({ violated: [0] })];
    await runCampaign(lanes, { end: { runs: 8 }, stopsAtFirst: true });
    const broken: Lane = { ...laneOf({}), play: () => Promise.reject(new Error("broken")) };
    const beside = laneOf({});
    await expect(runCampaign([broken, beside], { end: { runs: 8 }, stopsAtFirst: true })).rejects.toThrow("broken");
    expect([...lanes, beside].map(({ closed }) => closed)).toEqual([1, 1, 1]);
  });
});

test("progress is told in trials and as a share of the whole", async () => {
  const told: Progress[] = [];
  const onProgress = (progress: Progress): void => void told.push(progress);
  await runCampaign([laneOf({})], { end: { runs: 10 }, stopsAtFirst: true, onProgress });
  expect(told.map(({ share, trials }) => [trials, share])).toEqual([
    [4, 0.4],
    [8, 0.8],
    [10, 1],
  ]);
});

describe("a worker", () => {
  /** Settings that nobody could draw a trial from. */
  const crashing = { ...setupWith(), settings: { topics: [] } };

  test("tells which trial has failed", async () => {
    const lane = laneInWorker({ seed: "crash", setup: crashing, stopsAtFirst: true });
    const { code, message } = await errorOf(() => runCampaign([lane], { end: { runs: 40 }, stopsAtFirst: true }));
    expect(code).toBe("TRIAL_CRASHED");
    expect(message).toMatch(/^kafka-trial failed in trial crash:0: TypeError: /);
  });

  test("fails like this thread does", async () => {
    const lane = laneInThread({ seed: "crash", setup: crashing, stopsAtFirst: true });
    const { code, message } = await errorOf(() => runCampaign([lane], { end: { runs: 40 }, stopsAtFirst: true }));
    expect(code).toBe("TRIAL_CRASHED");
    expect(message).toMatch(/^kafka-trial failed in trial crash:0: TypeError: /);
  });

  test.each([true, false])("sees what this thread would see; no more than clients do: %s", async (clientEvidenceOnly) => {
    const options = { seed: "seen", setup: { ...setupWith("R01"), clientEvidenceOnly }, stopsAtFirst: false };
    const [there, here] = await Promise.all(
      [laneInWorker(options), laneInThread(options)].map((lane) =>
        runCampaign([lane], { end: { runs: 4 }, stopsAtFirst: false }),
      ),
    );
    expect(there!.tally).toEqual(here!.tally);
    expect(there!.tally.verdicts["brokers-follow-the-model"]?.unknown).toBe(clientEvidenceOnly ? 4 : 0);
  });

  test("is gone when the campaign has failed in another one", async () => {
    const good = laneInWorker({ seed: "crash", setup: setupWith(), stopsAtFirst: true });
    const bad = laneInThread({ seed: "crash", setup: { ...small, properties: [throws] }, stopsAtFirst: true });
    const { code } = await errorOf(() => runCampaign([good, bad], { end: { runs: 200 }, stopsAtFirst: true }));
    expect(code).toBe("TRIAL_CRASHED");
  });
});
