import { expect, test } from "vitest";
import { plantedBugs } from "../sut/sim/planted-bugs/catalogue.ts";
import { properties } from "../properties/catalogue.ts";
import { refusalOf } from "../test/support/errors.ts";
import { bugById, propertiesById, unknownName } from "./named.ts";

test("every property and every planted bug is found by its name", () => {
  expect(propertiesById(properties.map(({ id }) => id))).toEqual(properties);
  for (const bug of plantedBugs) expect(bugById(bug.id)).toBe(bug);
});

test("properties come in the order of the catalogue, each once", () => {
  const ids = propertiesById(["producer-order", "no-lost-acked-record", "producer-order"]).map(({ id }) => id);
  expect(ids).toEqual(["no-lost-acked-record", "producer-order"]);
});

test("a planted bug is found in whatever case its name is written", () => {
  expect(bugById("r01").id).toBe("R01");
});

test("for a name that nobody has, the nearest one is suggested", async () => {
  expect(await refusalOf(() => propertiesById(["producer-order", "no-lost-record"]))).toMatchInlineSnapshot(
    `"USAGE: there is no property "no-lost-record"; did you mean "no-lost-acked-record"? kafka-trial list properties names them all"`,
  );
  expect(await refusalOf(() => bugById("R60"))).toMatchInlineSnapshot(
    `"USAGE: there is no bug "R60"; did you mean "R10"? kafka-trial list bugs names them all"`,
  );
  expect(unknownName("fault", "kill-brokers", ["cut-link", "kill-broker"]).message).toMatchInlineSnapshot(
    `"there is no fault "kill-brokers"; did you mean "kill-broker"? kafka-trial list faults names them all"`,
  );
});
