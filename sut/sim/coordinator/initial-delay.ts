/** How long a group that nobody was in waits for more members, before its first rebalance is over (KIP-134). */
export class InitialDelay {
  private readonly delayMs: number;
  private leftMs = 0;
  private hasNewMember = false;
  private isUnderWay = false;

  /** `delayMs` is `group.initial.rebalance.delay.ms`. */
  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  /** Whether the group waits, also where everybody is here who it knows of. */
  get isOn(): boolean {
    return this.isUnderWay;
  }

  /** Begins to wait, in all no longer than a rebalance may take. Returns for how long; 0 for not at all. */
  begin(rebalanceTimeoutMs: number): number {
    this.isUnderWay = this.delayMs > 0;
    this.hasNewMember = false;
    this.leftMs = Math.max(0, rebalanceTimeoutMs - this.delayMs);
    return this.delayMs;
  }

  onMember(): void {
    this.hasNewMember = true;
  }

  /** The time is over. Returns how much longer to wait, because somebody has come meanwhile; 0 where it is at an end. */
  extend(): number {
    const moreMs = this.hasNewMember ? Math.min(this.delayMs, this.leftMs) : 0;
    this.hasNewMember = false;
    this.leftMs -= moreMs;
    this.isUnderWay = moreMs > 0;
    return moreMs;
  }

  end(): void {
    this.isUnderWay = false;
  }
}
