/** What passes between the harness and a client's process, as JSON over Node's channel between processes. */

import type { ClientEvent, Unstamped } from "../../../model/history.ts";
import type { ClientId, GroupId, StepId } from "../../../model/ids.ts";
import type { CommitMode } from "../../../model/schedule.ts";
import type { ConsumerSettings, ProducerSettings } from "../../../model/settings.ts";

export interface ClientOptions {
  readonly client: ClientId;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  /** What topics and groups of this trial begin with on the cluster. */
  readonly prefix: string;
}

export interface ProducerStart extends ClientOptions {
  readonly kind: "start-producer";
  readonly settings: ProducerSettings;
}

export interface MemberStart extends ClientOptions {
  readonly kind: "start-member";
  readonly group: GroupId;
  readonly topics: readonly string[];
  readonly commit: CommitMode;
  readonly handlerMs: number;
  readonly settings: ConsumerSettings;
}

/** The header of a tombstone that has what would be its value. */
export const tombstoneHeader = "kafka-trial-value";

/** One record to send. Topics have their names in the schedule. */
export interface Send {
  readonly kind: "send";
  readonly step: StepId;
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  /** It has no value, and the step in a header. */
  readonly isTombstone: boolean;
}

export type ToClient =
  | ProducerStart
  | MemberStart
  | Send
  /** Null: as long as the group's options say. */
  | { readonly kind: "set-handler"; readonly handlerMs: number | null }
  /** Leave in good order and end. */
  | { readonly kind: "stop" };

export type FromClient =
  /** `atUs` is by the system's monotonic clock, which all processes of a machine share. */
  | { readonly kind: "event"; readonly atUs: number; readonly event: Unstamped<ClientEvent> }
  /** The client is connected and can take what it is told to do. */
  | { readonly kind: "ready" }
  /** Whether the application is working on records. */
  | { readonly kind: "busy"; readonly isBusy: boolean }
  /** Something happened that should not be possible: a mistake of kafka-trial's own. */
  | { readonly kind: "failed"; readonly text: string };

/** Microseconds of the system's monotonic clock. */
export const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);
