/**
 * Does a broker still append after a write to its log directory has failed? Nothing any more, not even before the directory is
 * taken offline: what comes after a gap, or is in memory only, would be acknowledged and lost.
 *
 * Source: KAFKA-10778, which is what happens when it does.
 */
export function acceptsAppend(logDir: { readonly hasFailed: boolean }): boolean {
  return !logDir.hasFailed;
}
