/** How far `read_committed` reads: up to the first record of which it is not decided whether it counts (KIP-98). */

import type { Offset, ProducerId } from "../ids.ts";
import { entryAt, upTo } from "./log.ts";
import type { Log } from "./log.ts";
import type { Sequenced } from "./producer-session.ts";
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

/** The opening entries of batches, or markers, of one producer. */
interface Opening {
  readonly at: number;
  readonly opens: Sequenced;
}

/** Which batch the record at `at` is part of, where that is of an idempotent producer. */
function openingOf(log: Log, at: number): Opening | undefined {
  for (let node = upTo(log, at + 1); node.end > 0; node = node.before!) {
    const { opens } = node.last!;
    if (opens !== undefined) return node.end - 1 + opens.length > at ? { at: node.end - 1, opens } : undefined;
  }
  return undefined;
}

/** Whether the record at `at` is part of a transaction that has been aborted. */
export function isAborted(log: Log, at: number): boolean {
  if (!log.hasTransactions || entryAt(log, at).transaction !== "open") return false;
  const producerId = openingOf(log, at)?.opens.producerId;
  let outcome: "commit" | "abort" | undefined;
  for (let node = log; node.end > at + 1; node = node.before!) {
    const { opens } = node.last!;
    if (opens?.marker !== undefined && opens.producerId === producerId) ({ outcome } = opens.marker);
  }
  return outcome === "abort";
}

/** Where the records are that the marker at `at` decides on. */
export function recordsOfTransaction(log: Log, at: number): readonly Offset[] {
  const { opens } = entryAt(log, at);
  const found: Offset[] = [];
  for (let node = upTo(log, at); node.end > 0; node = node.before!) {
    const { last } = node;
    if (last!.opens?.producerId !== opens?.producerId) continue;
    if (last!.opens?.marker !== undefined) break;
    for (let nth = 0; nth < last!.opens!.length; nth++) found.push((node.end - 1 + nth) as Offset);
  }
  return found;
}
