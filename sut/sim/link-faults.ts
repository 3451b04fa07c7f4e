/** Links that are cut or slow, each in one direction. */

import type { ListenerName } from "../../model/fault.ts";
import type { Host } from "./host.ts";

/** One direction between two hosts: of connections to one listener of the server's, or of all. */
export interface Link {
  readonly from: Host;
  readonly to: Host;
  readonly listener?: ListenerName | undefined;
}

/** One direction of a connection. */
export interface Way extends Link {
  readonly listener: ListenerName;
}

interface Cut {
  readonly link: Link;
  /** How many faults have cut it and not healed it. */
  times: number;
  readonly healListeners: (() => void)[];
}

interface Slowness {
  readonly link: Link;
  readonly byUs: number;
}

export class LinkFaults {
  private readonly cuts: Cut[] = [];
  private readonly slownesses: Slowness[] = [];

  cut(link: Link): void {
    const cut = this.cuts.find((other) => isSame(other.link, link));
    if (cut === undefined) this.cuts.push({ link, times: 1, healListeners: [] });
    else cut.times++;
  }

  heal(link: Link): void {
    const at = this.cuts.findIndex((other) => isSame(other.link, link));
    const cut = this.cuts[at];
    if (cut === undefined) return;
    cut.times--;
    if (cut.times > 0) return;
    this.cuts.splice(at, 1);
    for (const onHeal of cut.healListeners) onHeal();
  }

  isCut(way: Way): boolean {
    return this.cutOf(way) !== undefined;
  }

  callOnHeal(way: Way, listener: () => void): void {
    this.cutOf(way)!.healListeners.push(listener);
  }

  private cutOf(way: Way): Cut | undefined {
    if (this.cuts.length === 0) return undefined;
    return this.cuts.find(({ link }) => isPartOf(way, link));
  }

  slow(link: Link, byUs: number): void {
    this.slownesses.push({ link, byUs });
  }

  quicken(link: Link, byUs: number): void {
    const at = this.slownesses.findIndex((other) => isSame(other.link, link) && other.byUs === byUs);
    if (at >= 0) this.slownesses.splice(at, 1);
  }

  slownessUs(way: Way): number {
    if (this.slownesses.length === 0) return 0;
    return this.slownesses.reduce((sumUs, { byUs, link }) => (isPartOf(way, link) ? sumUs + byUs : sumUs), 0);
  }
}

const isSame = (one: Link, other: Link): boolean =>
  one.from === other.from && one.to === other.to && one.listener === other.listener;

const isPartOf = (way: Way, { from, listener, to }: Link): boolean =>
  way.from === from && way.to === to && (listener === undefined || listener === way.listener);
