import type { BrokerContext } from "./context.ts";
import type { Replica } from "./replica.ts";

/** What is done for replicas every now and then, and for which of them. */
export interface Care {
  readonly everyMs: number;
  /** Whether the replica will ever need it: what is looked at in vain nobody looks at. */
  readonly isFor: (replica: Replica) => boolean;
  readonly look: (context: BrokerContext, replica: Replica) => void;
}

/** Looks after replicas of a broker for as long as its process lives, and after each for as long as it is there. */
export class ReplicaCare {
  private readonly context: BrokerContext;
  private readonly care: Care;
  private readonly replicas = new Set<Replica>();
  private isWatching = false;

  constructor(context: BrokerContext, care: Care) {
    this.context = context;
    this.care = care;
  }

  add(replica: Replica): void {
    if (!this.care.isFor(replica)) return;
    this.replicas.add(replica);
    if (this.isWatching) return;
    this.isWatching = true;
    this.lookLater();
  }

  remove(replica: Replica): void {
    this.replicas.delete(replica);
  }

  private lookLater(): void {
    const { care, context } = this;
    context.host.after(care.everyMs, () => {
      if (!context.logDir.hasFailed) for (const replica of this.replicas) care.look(context, replica);
      this.lookLater();
    });
  }
}
