import type { Offset } from "../../model/ids.ts";
import type { Send } from "../facts/sends.ts";
import type { ReadLog, TrialFacts } from "../facts/trial-facts.ts";
import { mayBeUnknownToLeader } from "../promises.ts";
import type { Property } from "../property.ts";
import type { Breach } from "../verdict.ts";

/** What one producer sends to one partition stays in order, as far as its settings promise. */
export const producerOrder: Property = {
  id: "producer-order",
  sentence:
    "Records of one producer are in a partition in the order in which they were sent; without idempotence at least those are that were sent after the other's acknowledgement.",
  source: "Kafka's documentation of enable.idempotence and max.in.flight.requests.per.connection; KIP-98",
  expectation: "always",
  evidence: "client",
  blames: "broker",
  assumes:
    "one life of the producer; with several requests in flight, some record of it was acknowledged before the leader changed",
  check: (trial) => {
    const breaches: Breach[] = [];
    const known = new Map<ReadLog, Places>();
    let judged = 0;
    for (const sends of bySessionAndPartition(trial)) {
      const log = trial.logs.get(sends[0]!.partition);
      if (log?.range === undefined) continue;
      const offsets = known.get(log) ?? placesIn(log);
      known.set(log, offsets);
      const keepsOrder = sends[0]!.settings["enable.idempotence"];
      judged += sends.length - 1;
      breaches.push(...(keepsOrder ? brokenOrder(trial, sends, offsets) : overtaken(sends, offsets)));
    }
    return { judged, breaches };
  },
};

type Places = ReadonlyMap<string, readonly { readonly offset: Offset; readonly at: number }[]>;

/** Where each value is in a log: more than once, where it was written twice. */
function placesIn({ records }: ReadLog): Places {
  const places = new Map<string, ReadLog["records"]>();
  for (const record of records) {
    const already = places.get(record.value);
    if (already === undefined) places.set(record.value, [record]);
    else already.push(record);
  }
  return places;
}

function bySessionAndPartition(trial: TrialFacts): Iterable<readonly Send[]> {
  const found = new Map<string, Send[]>();
  for (const send of trial.sends.values()) {
    const key = `${send.client}/${send.session}/${send.partition}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [send]);
    else known.push(send);
  }
  return found.values();
}

/** Order of sending is order in the log. */
function* brokenOrder(trial: TrialFacts, sends: readonly Send[], places: Places): Generator<Breach> {
  let before: { readonly send: Send; readonly offset: Offset; readonly at: number } | undefined;
  for (const send of sends) {
    const place = places.get(send.value)?.[0];
    if (place === undefined) continue;
    if (before !== undefined && place.offset < before.offset) {
      const permission = mayBeUnknownToLeader(trial, send);
      yield { ...breach(before, { send, ...place }), ...(permission !== undefined && { permission }) };
    } else {
      before = { send, ...place };
    }
  }
}

/** A record that was sent when another had been acknowledged is behind it, in each of its copies. */
function* overtaken(sends: readonly Send[], places: Places): Generator<Breach> {
  const acked = sends
    .flatMap((send) => {
      const { outcome } = send;
      if (outcome.kind !== "acked" || outcome.offset === null) return [];
      const place = places.get(send.value)?.find(({ offset }) => offset === outcome.offset);
      return place === undefined ? [] : [{ send, ...place, ackedAt: outcome.at }];
    })
    .toSorted((left, right) => left.ackedAt - right.ackedAt);
  let next = 0;
  let highest: (typeof acked)[number] | undefined;
  for (const send of sends) {
    for (; next < acked.length && acked[next]!.ackedAt < send.startedAt; next++) {
      if (highest === undefined || acked[next]!.offset > highest.offset) highest = acked[next];
    }
    if (highest === undefined) continue;
    const early = places.get(send.value)?.find(({ offset }) => offset < highest!.offset);
    if (early !== undefined) yield breach(highest, { send, ...early });
  }
}

interface Placed {
  readonly send: Send;
  readonly offset: Offset;
  readonly at: number;
}

const breach = (first: Placed, second: Placed): Breach => ({
  message: `${first.send.client} sent ${first.send.value} before ${second.send.value}, but ${first.send.partition} has them at offsets ${first.offset} and ${second.offset}.`,
  witness: [first.send.startedAt, second.send.startedAt, second.at, first.at],
  partition: first.send.partition,
});
