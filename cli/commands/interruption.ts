/** Ctrl-C and the like: the first one asks to come to an end in good order, the next one is not waited for. */

export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** From now on an interruption ends the process at once. */
  stop(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function interruption(): Interruption {
  const controller = new AbortController();
  const stop = (): void => {
    for (const signal of signals) process.off(signal, abort);
  };
  const abort = (): void => {
    stop();
    controller.abort(new Error("interrupted"));
  };
  for (const signal of signals) process.on(signal, abort);
  return { signal: controller.signal, stop, [Symbol.dispose]: stop };
}
