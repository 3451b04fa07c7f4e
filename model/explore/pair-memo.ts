/** What was worked out for pairs of whole numbers: a hash table, for a search asks for the same ones again and again. */

const firstSlots = 1 << 12;
/** The two numbers, and what was worked out for them. */
const numbersOfSlot = 3;

export class PairMemo {
  private readonly work: (change: number, id: number) => number;
  private slots = new Int32Array(numbersOfSlot * firstSlots);
  private mask = firstSlots - 1;
  private count = 0;

  /** `change` is never 0. */
  constructor(work: (change: number, id: number) => number) {
    this.work = work;
  }

  get bytes(): number {
    return this.slots.byteLength;
  }

  get(change: number, id: number): number {
    const at = this.slotOf(change, id);
    if (this.slots[at] !== 0) return this.slots[at + 2]!;
    const after = this.work(change, id);
    this.put(change, id, after);
    if (++this.count * 2 > this.mask) this.grow();
    return after;
  }

  private slotOf(change: number, id: number): number {
    const { mask, slots } = this;
    const hash = Math.imul(change, 0x9e3779b1) ^ Math.imul(id, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let at = numbersOfSlot * slot; ; at = numbersOfSlot * slot) {
      if (slots[at] === 0 || (slots[at] === change && slots[at + 1] === id)) return at;
      slot = (slot + 1) & mask;
    }
  }

  private put(change: number, id: number, after: number): void {
    const at = this.slotOf(change, id);
    this.slots[at] = change;
    this.slots[at + 1] = id;
    this.slots[at + 2] = after;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2);
    this.mask = this.mask * 2 + 1;
    for (let at = 0; at < before.length; at += numbersOfSlot) {
      if (before[at] !== 0) this.put(before[at]!, before[at + 1]!, before[at + 2]!);
    }
  }
}
