import { setTimeout as sleep } from "node:timers/promises";

export interface UntilOptions {
  readonly limitMs: number;
  /** How long to wait between two looks. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks again and again until nothing is left to wait for, or the limit is reached. `look` returns what is still missing, in
 * words. Returns what was missing last: empty where the wait has ended well.
 */
export async function until(
  look: () => Promise<readonly string[]> | readonly string[],
  { everyMs = 50, limitMs, signal }: UntilOptions,
): Promise<readonly string[]> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const missing = await look();
    if (missing.length === 0 || performance.now() >= deadlineMs) return missing;
    await sleep(everyMs);
  }
}
