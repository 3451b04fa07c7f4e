/** How far `read_committed` reads: up to the first record of which it is not decided whether it counts (KIP-98). */

import type { Offset, ProducerId } from "../ids.ts";
import { upTo } from "./log.ts";
import type { Copy } from "./state.ts";

/**
 * The last stable offset of a replica: at most its high watermark. A record counts as undecided from the first record of an
 * open transaction on, until its producer's marker.
 */
export function lastStableOffset({ highWatermark, log, logStart }: Copy): Offset {
  const open = new Map<ProducerId, Offset>();
  const entries: { readonly at: Offset; readonly producer: ProducerId; readonly kind: "open" | "end" }[] = [];
  for (let at = upTo(log, highWatermark); at.end > logStart; at = at.before!) {
    const { opens, transaction } = at.last!;
    if (opens !== undefined && transaction !== undefined) {
      entries.push({ at: (at.end - 1) as Offset, producer: opens.producerId, kind: transaction });
    }
  }
  for (const { at, kind, producer } of entries.toReversed()) {
    if (kind === "end") open.delete(producer);
    else if (!open.has(producer)) open.set(producer, at);
  }
  return Math.min(highWatermark, ...open.values()) as Offset;
}
