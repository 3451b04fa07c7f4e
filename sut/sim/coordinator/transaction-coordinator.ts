/**
 * The transaction coordinator of one broker: serves the transactional ids whose partition of `__transaction_state` this broker
 * leads (KIP-98).
 *
 * How a transaction ends is decided when that is in the log; the markers in the partitions follow. A coordinator that takes over
 * sends those that may be missing. Leaves out expiry of transactional ids and of producer epochs.
 */

import { errorCode } from "../../../model/error-code.ts";
import type { ErrorCode } from "../../../model/error-code.ts";
import { noLeader, offsetsTopic, producerId, topicPartition, transactionsTopic } from "../../../model/ids.ts";
import type { TopicPartition, TransactionalId } from "../../../model/ids.ts";
import type { BrokerContext } from "../broker/context.ts";
import type { Partition } from "../broker/partition.ts";
import type { ProducerIds } from "../broker/producer-ids.ts";
import type { ReplicaManager } from "../broker/replica-manager.ts";
import type { FindCoordinatorRequest, FindCoordinatorResponse } from "../protocol/group.ts";
import type { Respond } from "../protocol/messages.ts";
import type { InitProducerIdRequest } from "../protocol/produce.ts";
import type { Record, TransactionOutcome } from "../protocol/record-batch.ts";
import type {
  AddOffsetsToTxnRequest,
  AddPartitionsToTxnRequest,
  EndTxnRequest,
  TopicPartitions,
} from "../protocol/transaction.ts";
import type { KnownTransaction } from "../rules/transaction.ts";
import { appendForCoordinator, whenCommitted } from "./coordinator-log.ts";
import { coordinatorPartition } from "./coordinator-records.ts";
import { MarkerSender } from "./marker-sender.ts";
import { transactionRecord } from "./transaction-record.ts";
import type { TransactionValue } from "./transaction-record.ts";

/** How long a coordinator waits before it tries again to put down that all markers are written. */
const completeRetryMs = 50;

interface Entry {
  value: TransactionValue;
  /** A change is on its way into the log. */
  isPending: boolean;
}

/** The transactional ids of one partition of `__transaction_state`, in one term of its leader. */
interface Shard {
  readonly index: number;
  readonly partition: Partition;
  readonly entries: Map<TransactionalId, Entry>;
  isLoaded: boolean;
}

type Found = { readonly shard: Shard; readonly entry: Entry | undefined } | { readonly error: ErrorCode };

export class TransactionCoordinator {
  private readonly context: BrokerContext;
  private readonly replicas: ReplicaManager;
  private readonly producerIds: ProducerIds;
  private readonly sender: MarkerSender;
  private readonly shards = new Map<number, Shard>();

  constructor(context: BrokerContext, replicas: ReplicaManager, producerIds: ProducerIds) {
    this.context = context;
    this.replicas = replicas;
    this.producerIds = producerIds;
    this.sender = new MarkerSender(context);
  }

  /** A new leader epoch of a partition of `__transaction_state` has begun on this broker. */
  onNewEpoch(index: number): void {
    this.shards.delete(index);
    const partition = this.replicas.get(transactionsTopic, index);
    if (partition?.leading === undefined) return;
    const shard: Shard = { index, partition, entries: new Map(), isLoaded: false };
    this.shards.set(index, shard);
    const upTo = partition.replica.endOffset;
    whenCommitted(this.context, { partition, upTo, isWanted: () => this.isInOffice(shard) }, () => this.load(shard));
  }

  findCoordinator({ key }: FindCoordinatorRequest): FindCoordinatorResponse {
    const name = topicPartition(transactionsTopic, this.indexOf(key) ?? -1);
    const leader = this.context.image.partitions.get(name)?.leader ?? noLeader;
    return { errorCode: leader < 0 ? errorCode.COORDINATOR_NOT_AVAILABLE : errorCode.NONE, nodeId: leader };
  }

  /** Whether nothing is open or on its way: what a trial waits for in the end. Undefined where somebody else coordinates it. */
  isSettled(id: TransactionalId): boolean | undefined {
    const found = this.find(id);
    if ("error" in found) return undefined;
    const { entry } = found;
    return entry === undefined || (!entry.isPending && atRest.has(entry.value.phase));
  }

  initProducerId(
    request: InitProducerIdRequest & { readonly transactionalId: TransactionalId },
    respond: Respond<"InitProducerId">,
  ): void {
    const { transactionalId, transactionTimeoutMs: timeoutMs = 0 } = request;
    const found = this.find(transactionalId);
    if ("error" in found) respond(refusedInit(found.error));
    else if (found.entry === undefined) this.admit(found.shard, { transactionalId, timeoutMs }, respond);
    else this.reinitialise(found.shard, found.entry, timeoutMs, respond);
  }

  addPartitions(request: AddPartitionsToTxnRequest, respond: Respond<"AddPartitionsToTxn">): void {
    const found = this.find(request.transactionalId);
    if ("error" in found) {
      respond({ errorCode: found.error });
      return;
    }
    const { entry, shard } = found;
    const asked = partitionsIn(request.topics);
    const error = this.context.rules.checkAdd(knownOf(entry), request);
    if (entry === undefined || error !== errorCode.NONE) {
      respond({ errorCode: error });
      return;
    }
    const { partitions, phase } = entry.value;
    const isIn = phase === "Ongoing" && asked.every((partition) => partitions.includes(partition));
    if (isIn) respond({ errorCode: errorCode.NONE });
    else if (request.verifyOnly) respond({ errorCode: errorCode.TRANSACTION_ABORTABLE });
    else this.store(shard, entry, this.withPartitions(entry.value, asked), (code) => respond({ errorCode: code }));
  }

  /** Offsets of a group are about to be part of the transaction: their partition of `__consumer_offsets` is added to it. */
  addOffsets(request: AddOffsetsToTxnRequest, respond: Respond<"AddOffsetsToTxn">): void {
    const { groupId, producerEpoch, producerId: id, transactionalId } = request;
    const count = this.context.image.topics.get(offsetsTopic)?.partitions ?? 1;
    const topics = [{ name: offsetsTopic, partitions: [coordinatorPartition(groupId, count)] }];
    const producer = { transactionalId, producerId: id, producerEpoch };
    this.addPartitions({ api: "AddPartitionsToTxn", ...producer, topics, verifyOnly: false }, ({ errorCode: error }) =>
      respond({ errorCode: error }),
    );
  }

  endTransaction(request: EndTxnRequest, respond: Respond<"EndTxn">): void {
    const { producerEpoch, producerId: id } = request;
    const refuse = (error: ErrorCode): void => respond({ errorCode: error, producerId: id, producerEpoch });
    const found = this.find(request.transactionalId);
    if ("error" in found) {
      refuse(found.error);
      return;
    }
    const { entry, shard } = found;
    const outcome: TransactionOutcome = request.committed ? "commit" : "abort";
    const version = this.context.settings["transaction.version"];
    const decision = this.context.rules.decideEnd({ known: knownOf(entry), asker: request, outcome, version });
    if (decision.kind === "refuse" || entry === undefined) {
      refuse(decision.kind === "refuse" ? decision.error : errorCode.INVALID_PRODUCER_ID_MAPPING);
    } else if (decision.kind === "done") {
      respond({ errorCode: errorCode.NONE, producerId: id, producerEpoch: entry.value.producerEpoch });
    } else {
      const { producerEpoch: next } = decision;
      this.prepare(shard, entry, { outcome, producerEpoch: next }, (error) =>
        respond({ errorCode: error, producerId: id, producerEpoch: error === errorCode.NONE ? next : producerEpoch }),
      );
    }
  }

  // --- transitions -----------------------------------------------------------------------------------------------------

  private admit(
    shard: Shard,
    { timeoutMs, transactionalId }: Pick<TransactionValue, "timeoutMs" | "transactionalId">,
    respond: Respond<"InitProducerId">,
  ): void {
    this.producerIds.initProducerId((given) => {
      if (given.errorCode !== errorCode.NONE || !this.isInOffice(shard)) {
        respond(given.errorCode === errorCode.NONE ? refusedInit(errorCode.NOT_COORDINATOR) : given);
        return;
      }
      // Whoever came first while the id was being fetched has it.
      if (shard.entries.has(transactionalId)) {
        respond(refusedInit(errorCode.CONCURRENT_TRANSACTIONS));
        return;
      }
      const value: TransactionValue = {
        type: "Transaction",
        transactionalId,
        producerId: given.producerId,
        producerEpoch: given.producerEpoch,
        phase: "Empty",
        partitions: [],
        timeoutMs,
        startedMs: 0,
      };
      const entry: Entry = { value, isPending: false };
      shard.entries.set(transactionalId, entry);
      this.store(shard, entry, value, (error) => respond(error === errorCode.NONE ? given : refusedInit(error)));
    });
  }

  private reinitialise(shard: Shard, entry: Entry, timeoutMs: number, respond: Respond<"InitProducerId">): void {
    const decision = this.context.rules.decideInit(knownOf(entry)!);
    if (decision.kind === "refuse") {
      respond(refusedInit(decision.error));
      return;
    }
    const { producerEpoch } = decision;
    if (decision.kind === "abort-first") {
      this.prepare(shard, entry, { outcome: "abort", producerEpoch }, () =>
        respond(refusedInit(errorCode.CONCURRENT_TRANSACTIONS)),
      );
      return;
    }
    const { producerId: id } = entry.value;
    const next: TransactionValue = { ...entry.value, producerEpoch, phase: "Empty", partitions: [], timeoutMs };
    this.store(shard, entry, next, (error) =>
      respond(error === errorCode.NONE ? { errorCode: error, producerId: id, producerEpoch } : refusedInit(error)),
    );
  }

  private withPartitions(value: TransactionValue, added: readonly TopicPartition[]): TransactionValue {
    const before = value.phase === "Ongoing" ? value.partitions : [];
    const startedMs = value.phase === "Ongoing" ? value.startedMs : this.context.host.loop.nowUs / 1000;
    return { ...value, phase: "Ongoing", partitions: [...new Set([...before, ...added])], startedMs };
  }

  /** Decides how a transaction ends. From then on it ends so, whatever becomes of this broker; the markers follow. */
  private prepare(
    shard: Shard,
    entry: Entry,
    { outcome, producerEpoch }: { readonly outcome: TransactionOutcome; readonly producerEpoch: number },
    onDecided: (error: ErrorCode) => void,
  ): void {
    const phase = outcome === "commit" ? "PrepareCommit" : "PrepareAbort";
    this.store(shard, entry, { ...entry.value, producerEpoch, phase }, (error) => {
      onDecided(error);
      if (error === errorCode.NONE) this.sendMarkers(shard, entry);
    });
  }

  private sendMarkers(shard: Shard, entry: Entry): void {
    const { value } = entry;
    this.sender.send({
      producer: value,
      outcome: value.phase === "PrepareCommit" ? "commit" : "abort",
      partitions: value.partitions,
      coordinatorEpoch: shard.partition.known.leaderEpoch,
      isInOffice: () => this.isInOffice(shard),
      onWritten: () => this.complete(shard, entry, value),
    });
  }

  private complete(shard: Shard, entry: Entry, prepared: TransactionValue): void {
    if (!this.isInOffice(shard) || entry.value !== prepared) return;
    const phase = prepared.phase === "PrepareCommit" ? "CompleteCommit" : "CompleteAbort";
    this.store(shard, entry, { ...prepared, phase, partitions: [] }, (error) => {
      if (error !== errorCode.NONE) {
        this.context.host.after(completeRetryMs, () => this.complete(shard, entry, prepared));
      }
    });
  }

  /** Transactions that nobody has ended in time are aborted under a new epoch, which fences their producers (KAFKA-6119). */
  private abortTimedOut(shard: Shard): void {
    const nowMs = this.context.host.loop.nowUs / 1000;
    for (const entry of shard.entries.values()) {
      const { phase, producerEpoch, startedMs, timeoutMs } = entry.value;
      if (phase !== "Ongoing" || entry.isPending || nowMs < startedMs + timeoutMs) continue;
      const fencing = this.context.rules.epochOfTimedOut(producerEpoch);
      this.prepare(shard, entry, { outcome: "abort", producerEpoch: fencing }, () => undefined);
    }
  }

  // --- the log ---------------------------------------------------------------------------------------------------------

  /**
   * What is put down counts once it is committed; until then nothing else is begun with the id. Where that takes too long it does
   * not count for this coordinator, even if it is committed later: whoever asked asks again.
   */
  private store(shard: Shard, entry: Entry, value: TransactionValue, onStored: (error: ErrorCode) => void): void {
    const { context } = this;
    entry.isPending = true;
    const { partitions, phase, producerEpoch, producerId: id, transactionalId } = value;
    appendForCoordinator(context, shard.partition, [transactionRecord(value)], {
      onAppended: (at) =>
        context.record.broker({
          kind: "transaction-stored",
          broker: context.id,
          transactionalId,
          producerId: id,
          producerEpoch,
          phase,
          partitions,
          at,
        }),
      onCommitted: () => undefined,
      onSettled: (error) => {
        entry.isPending = false;
        if (error === errorCode.NONE) entry.value = value;
        if (this.isInOffice(shard)) onStored(error);
        else onStored(errorCode.NOT_COORDINATOR);
      },
    });
  }

  private load(shard: Shard): void {
    for (const { records } of shard.partition.replica.log.all()) {
      for (const { value } of records as readonly Record<TransactionValue>[]) {
        shard.entries.set(value.transactionalId, { value, isPending: false });
      }
    }
    shard.isLoaded = true;
    for (const entry of shard.entries.values()) {
      if (entry.value.phase === "PrepareCommit" || entry.value.phase === "PrepareAbort") this.sendMarkers(shard, entry);
    }
    this.watchTimeouts(shard);
  }

  private watchTimeouts(shard: Shard): void {
    const intervalMs = this.context.settings["transaction.abort.timed.out.transaction.cleanup.interval.ms"];
    this.context.host.after(intervalMs, () => {
      if (!this.isInOffice(shard)) return;
      this.abortTimedOut(shard);
      this.watchTimeouts(shard);
    });
  }

  // --- looking up ------------------------------------------------------------------------------------------------------

  private isInOffice(shard: Shard): boolean {
    return this.shards.get(shard.index) === shard && shard.partition.leading !== undefined;
  }

  /** The partition of a transactional id; undefined while this broker has read no metadata yet, or where there are none. */
  private indexOf(id: TransactionalId): number | undefined {
    const topic = this.context.image.topics.get(transactionsTopic);
    return topic === undefined ? undefined : coordinatorPartition(id, topic.partitions);
  }

  private find(id: TransactionalId): Found {
    const shard = this.shards.get(this.indexOf(id) ?? -1);
    if (shard?.partition.leading === undefined) return { error: errorCode.NOT_COORDINATOR };
    if (!shard.isLoaded) return { error: errorCode.COORDINATOR_LOAD_IN_PROGRESS };
    return { shard, entry: shard.entries.get(id) };
  }
}

/** Phases in which nothing of a transaction is left to be done. */
const atRest: ReadonlySet<TransactionValue["phase"]> = new Set(["Empty", "CompleteCommit", "CompleteAbort"]);

const knownOf = (entry: Entry | undefined): KnownTransaction | undefined =>
  entry === undefined ? undefined : { ...entry.value, isPending: entry.isPending };

const refusedInit = (error: ErrorCode) => ({ errorCode: error, producerId: producerId(-1), producerEpoch: -1 });

const partitionsIn = (topics: TopicPartitions): readonly TopicPartition[] =>
  topics.flatMap(({ name, partitions }) => partitions.map((index) => topicPartition(name, index)));
