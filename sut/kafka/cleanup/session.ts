/**
 * Whose containers and networks these are. Everything that kafka-trial makes on a Docker engine carries the labels of the
 * session that made it, so that it can be told from everything else and removed by whoever comes later.
 */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** One use of a Docker engine by one process. */
export interface Session {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels: which session, and the process that it belongs to. */
export const sessionLabel = "org.kafka-trial.session";
export const ownerLabel = "org.kafka-trial.owner";

/** A session of this process, with an id of its own. */
export function newSession(): Session {
  const id = randomUUID().slice(0, 8);
  return { id, labels: { [sessionLabel]: id, [ownerLabel]: ownerText(process.pid) } };
}

/**
 * Whether the process that made something is certainly gone. An engine may serve several hosts, and containers on one host
 * that do not see each other's processes: of owners with another host name nothing is known.
 */
export function isOwnerGone(owner: string | undefined): boolean {
  const [host, pid, startTime] = (owner ?? "").split(" ");
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  // Somebody has this process id: whether it is still the same process is told by when it started.
  return startTime !== startTimeOf(Number(pid));
}

const ownerText = (pid: number): string => `${hostname()} ${pid} ${startTimeOf(pid)}`;

/** When a process started, in ticks since the machine did; a dash where the system does not tell. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in brackets, may hold anything. The start is the 22nd field, the 20th after the name.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
  } catch {
    return "-";
  }
}
