import { expect, test } from "vitest";
import { offset } from "../../../model/ids.ts";
import { isWanted } from "./wanted-record.ts";

test("records from the position on are wanted, and those that come before it in the same batch are not", () => {
  const wanted = [3, 4, 5].filter((at) => isWanted({ recordOffset: offset(at), position: offset(4) }));
  expect(wanted).toEqual([4, 5]);
});
