/**
 * A process that outlives the one that started it by a few seconds, and clears up what that one left: containers and networks
 * of a session, and client processes that stand still and so cannot end by themselves.
 *
 * Its standard input is a pipe from the owner. However the owner ends (at the end of its work, by Ctrl-C, by an error, by
 * SIGKILL), the system closes the pipe, and that is the sign. Lines on it: `watch PID`, `unwatch PID`, and `dismiss` once the
 * owner has cleared up itself.
 */

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connectToEngine } from "../testcontainers.ts";
import { removeSession } from "./remove.ts";

/** What the owner had asked for when it died may still be on its way through the engine. */
const settleMs = 1500;

const sessionId = process.argv[2]!;
const watched = new Set<number>();
let isDismissed = false;

// These go to all processes of a terminal, and they are for the owner.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const [word, pid] = line.split(" ");
  if (word === "watch") watched.add(Number(pid));
  else if (word === "unwatch") watched.delete(Number(pid));
  else isDismissed = true;
}
if (!isDismissed) await clearUp();

async function clearUp(): Promise<void> {
  for (const pid of watched) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  const engine = await connectToEngine();
  await removeSession(engine, sessionId);
  await sleep(settleMs);
  await removeSession(engine, sessionId);
}
