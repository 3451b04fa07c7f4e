import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { childModule } from "../child-module.ts";
import type { Session } from "./session.ts";

/** The reaper of a session, as its owner sees it. */
export interface Reaper {
  /** From now on the process is killed should the owner die. */
  watch(pid: number): void;
  /** The process has ended: its id may be somebody else's from now on. */
  unwatch(pid: number): void;
  /** The owner has cleared up: the reaper ends without doing anything. */
  dismiss(): void;
}

/**
 * Starts the process that clears up after this one, however this one ends. It is in a session of its own, so that Ctrl-C does
 * not reach it, and does not keep this process alive.
 */
export function startReaper(session: Session): Reaper {
  const script = fileURLToPath(childModule("./reaper", import.meta.url));
  const reaper = spawn(process.execPath, ["--no-warnings", script, session.id], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const { stdin } = reaper;
  // Where the reaper cannot be reached any more there is nothing to be done about it: leftovers are removed at the next start.
  stdin.on("error", () => undefined);
  reaper.on("error", () => undefined);
  reaper.unref();
  (stdin as unknown as Socket).unref();
  return {
    watch: (pid) => void stdin.write(`watch ${pid}\n`),
    unwatch: (pid) => void stdin.write(`unwatch ${pid}\n`),
    dismiss: () => void stdin.end("dismiss\n"),
  };
}
