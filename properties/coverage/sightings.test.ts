import { expect, test } from "vitest";
import { sightings } from "./sightings.ts";

test("each situation has a name and a sentence of its own", () => {
  expect(new Set(sightings.map(({ id }) => id)).size).toBe(sightings.length);
  expect(new Set(sightings.map(({ sentence }) => sentence)).size).toBe(sightings.length);
  for (const { id, sentence } of sightings) expect([id, sentence]).toEqual([id, expect.stringMatching(/^[A-Z].*\.$/)]);
});
