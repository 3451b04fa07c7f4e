/**
 * Plays schedules, without touching anything: which step is due, whether its anchor has been met, who is meant by its
 * targets, and what is to be done. Events go in, commands come out; a driver for each kind of system does the rest, so that
 * nothing about a step is written twice.
 */

import type { HarnessEvent, HistoryEvent, Unstamped } from "../model/history.ts";
import { isFault } from "../model/schedule.ts";
import type { After, Schedule, Step } from "../model/schedule.ts";
import type { StepId } from "../model/ids.ts";
import { injectFault } from "./catalogue.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Command, CommandKind } from "./command.ts";
import { skipped } from "./fault-definition.ts";
import type { Injection } from "./fault-definition.ts";
import type { OwnFault } from "./own-fault.ts";

/** A step that was played: what the history is to say, and then what is to be done. */
export interface PlayedStep {
  readonly events: readonly Unstamped<HarnessEvent>[];
  readonly commands: readonly Command[];
}

export interface InterpreterOptions {
  readonly ownFaults: readonly OwnFault[];
  /** What the system under test can do. */
  readonly supports: ReadonlySet<CommandKind>;
  /** How long an anchor is waited for, once what it depends on has been played. */
  readonly anchorLimitMs: number;
}

interface Waiting {
  readonly step: Step;
  /** When it is due; infinite while its anchor has not been met. */
  dueUs: number;
  /** When its anchor is given up. */
  giveUpUs: number;
}

type AnchorKind = "acked" | "processed" | "assigned" | "played";

/** What a step waits for: that something has come of a step, or that a client has been given partitions. */
interface Anchor {
  readonly kind: AnchorKind;
  readonly of: string;
}

const nobody: readonly Waiting[] = [];

export class Interpreter {
  private readonly options: InterpreterOptions;
  private readonly waiting: Waiting[];
  /** Steps whose anchors have not been met, by what they wait for and of whom. */
  private readonly anchored: Readonly<Record<AnchorKind, Map<string, readonly Waiting[]>>> = {
    acked: new Map(),
    processed: new Map(),
    assigned: new Map(),
    played: new Map(),
  };
  private readonly heals = new Map<StepId, readonly Command[]>();
  /** The step that is due next; undefined where that has to be worked out anew. */
  private next: Waiting | undefined;

  constructor(schedule: Schedule, options: InterpreterOptions) {
    this.options = options;
    this.waiting = schedule.steps.map((step) => this.wait(step));
  }

  /** When the next step is due, in microseconds of the trial; infinite while all that is left waits for something. */
  get nextDueUs(): number {
    this.next ??= this.earliest();
    return this.next === undefined ? Infinity : atLatestUs(this.next);
  }

  /** All steps have been played or skipped. */
  get isDone(): boolean {
    return this.waiting.length === 0;
  }

  /** Takes note of what has happened: some steps wait for it. */
  observe(event: HistoryEvent): void {
    if (event.kind === "send-acked") this.meet({ kind: "acked", of: event.step }, event.atUs);
    else if (event.kind === "processed") this.meet({ kind: "processed", of: event.value }, event.atUs);
    else if (event.kind === "assigned") this.meet({ kind: "assigned", of: event.client }, event.atUs);
  }

  /** The step that is to be played next, where one is due: who asks a cluster for its view can see what for. */
  dueStep(nowUs: number): Step | undefined {
    return this.due(nowUs)?.step;
  }

  /** Plays the next step that is due; undefined where none is. */
  play(nowUs: number, view: ClusterView): PlayedStep | undefined {
    const next = this.due(nowUs);
    if (next === undefined) return undefined;
    this.waiting.splice(this.waiting.indexOf(next), 1);
    this.next = undefined;
    const { step } = next;
    const injection = this.supported(this.inject(step, view));
    if (injection.kind === "skipped") {
      this.settleAnchors(step.id, nowUs, { isPlayed: false });
      return { events: [{ kind: "step-skipped", step: step.id, reason: injection.reason }], commands: [] };
    }
    if (injection.heal.length > 0) this.heals.set(step.id, injection.heal);
    this.settleAnchors(step.id, nowUs, { isPlayed: true });
    const { commands, resolved } = injection;
    const anchorMissed = next.dueUs > nowUs;
    return { events: [{ kind: "step-played", step: step.id, resolved, anchorMissed }, ...faultEvents(step)], commands };
  }

  /** Undoes whatever has not been healed yet, the latest first. */
  healEverything(): PlayedStep {
    const left = [...this.heals].toReversed();
    this.heals.clear();
    return {
      events: left.map(([step]) => ({ kind: "fault-healed", step })),
      commands: left.flatMap(([, commands]) => commands),
    };
  }

  /** A driver may come late; what was due first is played first all the same. */
  private due(nowUs: number): Waiting | undefined {
    return this.nextDueUs > nowUs ? undefined : this.next;
  }

  /** Of several that are due at once the first; undefined where there is none. */
  private earliest(): Waiting | undefined {
    let [earliest] = this.waiting;
    for (const one of this.waiting) if (atLatestUs(one) < atLatestUs(earliest!)) earliest = one;
    return earliest;
  }

  private inject({ do: operation, id: step }: Step, view: ClusterView): Injection {
    if (isFault(operation)) return injectFault(operation, view, this.options.ownFaults);
    const client = (name: string): string => view.clients.get(name) ?? "not there";
    const at = (commands: readonly Command[]): Injection => ({ kind: "injected", commands, heal: [], resolved: [] });
    switch (operation.kind) {
      case "heal": {
        const heal = this.heals.get(operation.fault);
        if (heal === undefined) return skipped(`there is nothing to heal: ${operation.fault} was not done`);
        this.heals.delete(operation.fault);
        return at(heal);
      }
      case "send":
        if (client(operation.producer) === "down") return skipped(`producer ${operation.producer} is down`);
        return at([{ kind: "send", step, operation }]);
      case "end-transaction":
        if (client(operation.producer) === "down") return skipped(`producer ${operation.producer} is down`);
        return at([operation]);
      case "start-member":
        if (client(operation.member) !== "down") return skipped(`member ${operation.member} is running`);
        return at([{ kind: "start-client", client: operation.member }]);
      case "stop-member":
        if (client(operation.member) !== "up") return skipped(`member ${operation.member} is ${client(operation.member)}`);
        return at([{ kind: "stop-client", client: operation.member }]);
    }
  }

  private supported(injection: Injection): Injection {
    if (injection.kind === "skipped") return injection;
    const isMissing = ({ kind }: Command): boolean => !this.options.supports.has(kind);
    const missing = injection.commands.find(isMissing) ?? injection.heal.find(isMissing);
    return missing === undefined ? injection : skipped(`this system cannot do ${missing.kind}`);
  }

  // --- anchors ---------------------------------------------------------------------------------------------------------

  private wait(step: Step): Waiting {
    const waiting: Waiting = { step, dueUs: Infinity, giveUpUs: Infinity };
    const { after } = step;
    const anchor = anchorOf(after);
    if (anchor === undefined) {
      waiting.dueUs = (after.ms ?? 0) * 1000;
      return waiting;
    }
    this.anchored[anchor.kind].set(anchor.of, [...this.anchoredAt(anchor), waiting]);
    if ("assigned" in after) waiting.giveUpUs = this.options.anchorLimitMs * 1000;
    return waiting;
  }

  private anchoredAt({ kind, of }: Anchor): readonly Waiting[] {
    return this.anchored[kind].get(of) ?? nobody;
  }

  private meet(anchor: Anchor, atUs: number): void {
    const met = this.anchoredAt(anchor);
    if (met.length === 0) return;
    this.anchored[anchor.kind].delete(anchor.of);
    this.next = undefined;
    for (const waiting of met) {
      waiting.dueUs = atUs + (waiting.step.after.ms ?? 0) * 1000;
      waiting.giveUpUs = Infinity;
    }
  }

  /** A step has been played or skipped: steps that wait for more to come of it wait no longer than the limit from now. */
  private settleAnchors(step: StepId, nowUs: number, { isPlayed }: { readonly isPlayed: boolean }): void {
    const limitUs = isPlayed ? this.options.anchorLimitMs * 1000 : 0;
    for (const waiting of this.anchoredAt({ kind: "acked", of: step })) waiting.giveUpUs = nowUs + limitUs;
    for (const waiting of this.anchoredAt({ kind: "processed", of: step })) waiting.giveUpUs = nowUs + limitUs;
    const played: Anchor = { kind: "played", of: step };
    if (isPlayed) this.meet(played, nowUs);
    else for (const waiting of this.anchoredAt(played)) waiting.giveUpUs = nowUs;
    this.next = undefined;
  }
}

const atLatestUs = ({ dueUs, giveUpUs }: Waiting): number => Math.min(dueUs, giveUpUs);

function anchorOf(after: After): Anchor | undefined {
  if ("acked" in after) return { kind: "acked", of: after.acked };
  if ("processed" in after) return { kind: "processed", of: after.processed };
  if ("assigned" in after) return { kind: "assigned", of: after.assigned };
  if ("played" in after) return { kind: "played", of: after.played };
  return undefined;
}

function faultEvents(step: Step): readonly Unstamped<HarnessEvent>[] {
  if (step.do.kind === "heal") return [{ kind: "fault-healed", step: step.do.fault }];
  return isFault(step.do) ? [{ kind: "fault-injected", step: step.id, fault: step.do.kind }] : [];
}
