import { setTimeout as sleep } from "node:timers/promises";

/** How long it is waited, and how. */
export interface UntilOptions {
  readonly limitMs: number;
  /** How long to wait between two looks; 50 ms unless told otherwise. */
  readonly everyMs?: number;
  /** How many looks in a row must find nothing missing; one unless told otherwise. */
  readonly looks?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks again and again until nothing is left to wait for, or the limit is reached. `look` returns what is still missing, in
 * words. Returns what was missing last: empty where the wait has ended well. Throws the signal's reason where it is aborted.
 */
export async function until(
  look: () => Promise<readonly string[]> | readonly string[],
  { everyMs = 50, limitMs, looks = 1, signal }: UntilOptions,
): Promise<readonly string[]> {
  const deadlineMs = performance.now() + limitMs;
  let quiet = 0;
  for (;;) {
    signal?.throwIfAborted();
    const missing = await look();
    quiet = missing.length === 0 ? quiet + 1 : 0;
    if (quiet === looks || performance.now() >= deadlineMs) return missing;
    await sleep(everyMs);
  }
}
