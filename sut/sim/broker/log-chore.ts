import type { LogSettings } from "../../../model/settings.ts";
import type { BrokerContext } from "./context.ts";
import type { Replica } from "./replica.ts";

/** What is done to the logs of some replicas now and then. */
interface Chore {
  readonly intervalMs: number;
  /** Whether there can ever be anything to do for a log with these settings. */
  readonly concerns: (settings: LogSettings) => boolean;
  readonly run: (context: BrokerContext, replica: Replica) => void;
}

/** A chore of one broker process, for the replicas that it has at the time. Nothing wakes up for it where it concerns none. */
export class LogChore {
  private readonly context: BrokerContext;
  private readonly chore: Chore;
  private readonly replicas = new Set<Replica>();
  private isBegun = false;

  constructor(context: BrokerContext, chore: Chore) {
    this.context = context;
    this.chore = chore;
  }

  add(replica: Replica): void {
    if (!this.chore.concerns(replica.log.settings)) return;
    this.replicas.add(replica);
    if (!this.isBegun) this.runLater();
    this.isBegun = true;
  }

  remove(replica: Replica): void {
    this.replicas.delete(replica);
  }

  private runLater(): void {
    const { chore, context } = this;
    context.host.after(chore.intervalMs, () => {
      if (!context.logDir.hasFailed) for (const replica of this.replicas) chore.run(context, replica);
      this.runLater();
    });
  }
}
