/**
 * A broker's only log directory, on a disk that can fail (`log.dirs`). The metadata log is on another one (`metadata.log.dir`).
 *
 * A process that has met an I/O error does not trust its disk again; whoever replaces the disk meanwhile does it for the next
 * process.
 */
export class LogDir {
  private state: "working" | "failing" | "failed" | "replaced" = "working";
  private readonly onFailure: () => void;

  /** `onFailure` hears of the first write of a process that fails. */
  constructor(onFailure: () => void) {
    this.onFailure = onFailure;
  }

  /** A write has failed: the directory is offline for this process. */
  get hasFailed(): boolean {
    return this.state === "failed" || this.state === "replaced";
  }

  /** Whether a process can start with it. */
  get isUsable(): boolean {
    return this.state !== "failed";
  }

  /** From now on writes fail. */
  fail(): void {
    if (this.state === "working") this.state = "failing";
  }

  /** A working disk takes its place that holds what was written. True where a process is down for it, or about to be. */
  replace(): boolean {
    const { hasFailed } = this;
    this.state = hasFailed ? "replaced" : "working";
    return hasFailed;
  }

  /** A process starts with it. */
  open(): void {
    if (this.state === "replaced") this.state = "working";
  }

  /** Something is about to be written; false where that is an I/O error. */
  write(): boolean {
    if (this.state !== "failing") return !this.hasFailed;
    this.state = "failed";
    this.onFailure();
    return false;
  }
}
