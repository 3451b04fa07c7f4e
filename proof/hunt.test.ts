import { describe, expect, test } from "vitest";
import { bugById } from "../harness/named.ts";
import { properties } from "../properties/catalogue.ts";
import type { PlantedBug } from "../sut/sim/planted-bugs/planted-bug.ts";
import { neverSent } from "../test/support/fixed-trials.ts";
import { assertCleanCampaign, hunt, NotTheBugError } from "./hunt.ts";
import type { HuntOptions } from "./hunt.ts";

const options: HuntOptions = {
  properties,
  seeds: ["score-1", "score-2"],
  runs: 60,
  workers: 0,
  clientEvidenceOnly: false,
  playsMax: 30,
  onProgress: () => undefined,
};
const anyoneCommits = bugById("G14");
const oneBatch = bugById("D01");
const harmless: PlantedBug = { ...anyoneCommits, rules: {} };

describe("a bug that is there", () => {
  test("is found with each seed, by a property that it claims, and the first trial is shrunk", async () => {
    const { detections, runs, steps } = await hunt(oneBatch, { ...options, runs: 200, clientEvidenceOnly: true });
    expect(detections.map(({ seed }) => seed)).toEqual(options.seeds);
    for (const { property, trials } of detections) {
      expect(trials).toBeLessThanOrEqual(runs);
      expect(oneBatch.claims).toContain(property);
    }
    expect(steps?.shrunk).toBeLessThan(steps!.asFound);
  });

  test("is found by the model in a way that is named, if brokers give evidence", async () => {
    const [detection] = (await hunt(bugById("R01"), { ...options, seeds: ["score-1"] })).detections;
    expect(detection?.property).toBe("brokers-follow-the-model");
    expect(detection?.variant).toMatch(/\w/);
  });

  test("is found by what clients see alone, if nothing else is to count, whoever plays", async () => {
    const bug = bugById("D12");
    const alone = { ...options, runs: 200, clientEvidenceOnly: true, seeds: ["score-1"] };
    const pass = await hunt(bug, alone);
    const [detection] = pass.detections;
    expect(properties.find(({ id }) => id === detection?.property)?.evidence).toBe("client");
    expect(pass).toEqual(await hunt(bug, { ...alone, workers: 1 }));
  });
});

test("what is not there is not found", async () => {
  const { detections, steps } = await hunt(harmless, { ...options, runs: 5 });
  expect(detections).toEqual(options.seeds.map((seed) => ({ seed, trials: null })));
  expect(steps).toBeUndefined();
});

describe("what violates something without the bug as well", () => {
  const always = { ...options, properties: [neverSent] };

  test("says nothing of the bug", async () => {
    await expect(hunt(anyoneCommits, always)).rejects.toThrow("trial score-1:0 violates never-sent without G14 as well");
  });

  test("says that this is no way to judge", async () => {
    const told = assertCleanCampaign("score-1", always);
    await expect(told).rejects.toThrow("without a bug trial score-1:0 violates never-sent");
    await expect(told).rejects.toBeInstanceOf(NotTheBugError);
  });
});

test("without a bug a short campaign is clean with clients' evidence alone", async () => {
  await assertCleanCampaign("score-1", { ...options, clientEvidenceOnly: true });
});
