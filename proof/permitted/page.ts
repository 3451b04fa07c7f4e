/** The rows as a page of the docs. */

import { markdownTable } from "../markdown-table.ts";
import type { Row } from "./row.ts";

export const pageFile: URL = new URL("../../docs/reference/permissions.md", import.meta.url);

export function pageOf(rows: readonly Row[]): string {
  const cells = rows.map(({ condition, effect, safe, seenAs }) => [
    condition,
    effect,
    "property" in seenAs ? `\`${seenAs.property}\` is not promised: ${seenAs.setting}` : records[seenAs.records],
    safe.settings,
  ]);
  return `${head}\n\n${markdownTable(["under this condition", "this can happen", "seen as", "and does not with"], cells)}\n`;
}

const head = `# What Kafka does not promise

Each row has been seen: \`proof/permitted/rows.ts\` has a schedule in which it happens, with the settings of the row, and the same one with
safe settings, in which it does not. \`npx vitest run proof/permitted\` plays them all. A property that is broken like this is told as
_not promised_, with the setting that permits it; without such a setting it would be violated.

These are conditions that people set. What the protocol itself does not promise, whatever is set, is listed in
[NOT-MODELLED](../NOT-MODELLED.md#where-the-protocol-itself-promises-less-than-many-think).`;

const records = {
  lost: "no property: acknowledgements mean nothing then",
  twiceInLog: "no property: nothing is promised of repetitions then",
  processedTwice: "no property: at-least-once",
  abortedRead: "no property: what is not committed may be read",
} as const;
