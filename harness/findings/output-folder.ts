/** Where findings are written. A finding is worth more than the folder it was meant for: it is never lost for want of it. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KafkaTrialError } from "../kafka-trial-error.ts";

export const defaultOutput = ".kafka-trial";

/** Makes the folder and throws where nothing can be written to it: before a campaign, not after it. */
export function prepareOutput(folder: string): void {
  const probe = join(folder, ".probe");
  try {
    makeFolder(folder);
    writeFileSync(probe, "");
    // Test files that run at the same time have one folder: another one may have been here.
    rmSync(probe, { force: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KafkaTrialError(
      "OUTPUT",
      `the output folder ${folder} cannot be written (${why}); name another one with --output`,
      { cause },
    );
  }
}

/** The files of one finding, by name. */
export type FindingFiles = Readonly<Record<string, string>>;

/**
 * Writes files to the folder of a finding and returns the folder: the one asked for, or a new one among the machine's
 * temporary files where that has become impossible meanwhile. A file is there in full or not at all.
 */
export function writeFinding(folder: string, files: FindingFiles): string {
  try {
    return writeAll(folder, files);
  } catch {
    return writeAll(mkdtempSync(join(tmpdir(), "kafka-trial-finding-")), files);
  }
}

function writeAll(folder: string, files: FindingFiles): string {
  makeFolder(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  }
  return folder;
}

/** Node's own `recursive` never comes back where a file system says of a new folder that its parent is not there: in `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else can have been quicker.
    if (!existsSync(folder)) throw error;
  }
}
