/** A group member's way to its coordinator: asks any broker who that is, and asks again when it turns out to be another. */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import type { BrokerId, GroupId } from "../../../model/ids.ts";
import type { Api, RequestOf } from "../protocol/messages.ts";
import type { OnAnswer } from "../request-channel.ts";
import { Channels } from "./context.ts";
import type { ClientContext } from "./context.ts";

const findTimeoutMs = 1000;
const findRetryMs = 50;

/** Errors that say that somebody else, or nobody yet, coordinates the group. */
const elsewhere: ReadonlySet<ErrorCode> = new Set([errorCode.NOT_COORDINATOR, errorCode.COORDINATOR_NOT_AVAILABLE]);

export class CoordinatorChannel {
  private readonly context: ClientContext;
  private readonly group: GroupId;
  private readonly lookUps: Channels;
  private readonly channels: Channels;
  private coordinator: BrokerId | undefined;
  private waiting: (() => void)[] = [];
  private isLooking = false;
  private asked: number;

  constructor(context: ClientContext, group: GroupId) {
    this.context = context;
    this.group = group;
    this.lookUps = new Channels(context);
    this.channels = new Channels(context);
    this.asked = Math.floor(context.network.chanceOf(`${context.host.name}/look-up/${context.host.incarnation}`) * 1000);
  }

  /** Sends to the coordinator, once it is known. Answered with nothing where no answer came. */
  send<A extends Api>(request: RequestOf<A> & { readonly api: A }, timeoutMs: number, onAnswer: OnAnswer<A>): void {
    const { coordinator } = this;
    if (coordinator === undefined) {
      this.waiting.push(() => this.send<A>(request, timeoutMs, onAnswer));
      this.look();
      return;
    }
    this.channels.to(coordinator).send<A>(request, timeoutMs, (response) => {
      if (response === undefined) this.forget(coordinator);
      onAnswer(response);
    });
  }

  /** Takes note of an error from the coordinator. True where it means that another one must be found. */
  isElsewhere(error: ErrorCode): boolean {
    if (!elsewhere.has(error)) return false;
    this.coordinator = undefined;
    return true;
  }

  private forget(coordinator: BrokerId): void {
    if (this.coordinator === coordinator) this.coordinator = undefined;
  }

  private look(): void {
    if (this.isLooking) return;
    this.isLooking = true;
    const brokers = [...this.context.hosts.keys()];
    const broker = this.context.reconnects.nextOf(brokers, this.asked++);
    this.lookUps.to(broker).send({ api: "FindCoordinator", key: this.group }, findTimeoutMs, (response) => {
      this.isLooking = false;
      if (response?.errorCode !== errorCode.NONE) {
        this.context.host.after(findRetryMs, () => this.look());
        return;
      }
      this.coordinator = response.nodeId;
      const waiting = this.waiting;
      this.waiting = [];
      for (const send of waiting) send();
    });
  }
}
