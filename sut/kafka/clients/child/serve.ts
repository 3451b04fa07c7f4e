import type { ToClient } from "../messages.ts";
import type { Report } from "./report.ts";

/**
 * Has a client's process do what the harness tells it, one thing after the other. A client without a harness is of no use:
 * where the channel closes, the process ends.
 */
export function serve(report: Report, onMessage: (message: ToClient) => Promise<void> | void): void {
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C goes to all processes of a terminal. What becomes of the clients is for the harness to say.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  let last = Promise.resolve();
  process.on("message", (message: ToClient) => {
    last = last.then(() => onMessage(message)).catch((error: unknown) => report.failed(error));
  });
}
