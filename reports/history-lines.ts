/** A history as JSON Lines: a header line that says what it is, and then one event a line. */

import { historyFormat } from "../model/history.ts";
import type { History } from "../model/history.ts";

/** The lines, each with its line break. `header` is put beside the format in the first of them. */
export function historyLines(history: History, header: { readonly seed: string; readonly sut: string }): string {
  const events = history.map(({ atUs, evidence, kind, ...fields }) => JSON.stringify({ atUs, evidence, kind, ...fields }));
  return [JSON.stringify({ format: historyFormat, ...header }), ...events].map((line) => `${line}\n`).join("");
}
