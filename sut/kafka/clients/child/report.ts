import type { ClientEvent, Unstamped } from "../../../../model/history.ts";
import { monotonicUs } from "../messages.ts";
import type { FromClient } from "../messages.ts";

/** How a client's process tells the harness what it sees. */
export interface Report {
  /** Something that belongs into the history. It is stamped here, so that a busy harness does not change the order of things. */
  event(event: Unstamped<ClientEvent>): void;
  ready(): void;
  busy(isBusy: boolean): void;
  failed(error: unknown): void;
  /** Settles once everything has been handed over to the system. */
  flushed(): Promise<void>;
}

/** Reports over the channel to the parent process. */
export function reportToParent(): Report {
  let last = Promise.resolve();
  const send = (message: FromClient): void => {
    // Where the parent is gone, so is this process in a moment: whether the last messages arrive is no matter.
    last = new Promise((resolve) => void process.send?.(message, () => resolve()));
  };
  return {
    event: (event) => send({ kind: "event", atUs: monotonicUs(), event }),
    ready: () => send({ kind: "ready" }),
    busy: (isBusy) => send({ kind: "busy", isBusy }),
    failed: (error) => send({ kind: "failed", text: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    flushed: () => last,
  };
}
