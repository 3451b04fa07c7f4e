import { describe, expect, test } from "vitest";
import { errorCode } from "../../../model/error-code.ts";
import { producerId } from "../../../model/ids.ts";
import { checkAdd, decideEnd, decideInit, epochOfTimedOut } from "./transaction.ts";
import type { EndQuestion, KnownTransaction, TransactionPhase } from "./transaction.ts";

const shop = (phase: TransactionPhase, how: Partial<KnownTransaction> = {}): KnownTransaction => ({
  producerId: producerId(7),
  producerEpoch: 3,
  phase,
  isPending: false,
  ...how,
});
const asker = { producerId: producerId(7), producerEpoch: 3 };
const refusal = (error: keyof typeof errorCode): unknown => ({ kind: "refuse", error: errorCode[error] });

describe("a producer that asks who it is", () => {
  test("goes on with a new epoch where nothing is open", () => {
    for (const phase of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
      expect(decideInit(shop(phase))).toEqual({ kind: "begin", producerEpoch: 4 });
    }
  });

  test("has what is open aborted first, under an epoch that fences whoever began it", () => {
    expect(decideInit(shop("Ongoing"))).toEqual({ kind: "abort-first", producerEpoch: 4 });
  });

  test("waits while an end is decided and not everywhere yet, or a change is under way", () => {
    expect(decideInit(shop("PrepareCommit"))).toEqual(refusal("CONCURRENT_TRANSACTIONS"));
    expect(decideInit(shop("Empty", { isPending: true }))).toEqual(refusal("CONCURRENT_TRANSACTIONS"));
  });
});

describe("partitions are added", () => {
  test("to a transaction that is open, or that they open", () => {
    expect(checkAdd(shop("Ongoing"), asker)).toBe(errorCode.NONE);
    expect(checkAdd(shop("CompleteAbort"), asker)).toBe(errorCode.NONE);
  });

  test("not while the one before is still ending", () => {
    expect(checkAdd(shop("PrepareAbort"), asker)).toBe(errorCode.CONCURRENT_TRANSACTIONS);
  });

  test("not for somebody else", () => {
    expect(checkAdd(undefined, asker)).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING);
    expect(checkAdd(shop("Ongoing"), { ...asker, producerId: producerId(8) })).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING);
    expect(checkAdd(shop("Ongoing"), { ...asker, producerEpoch: 2 })).toBe(errorCode.PRODUCER_FENCED);
    expect(checkAdd(shop("Ongoing"), { ...asker, producerEpoch: 4 })).toBe(errorCode.PRODUCER_FENCED);
  });
});

describe("a transaction ends", () => {
  const end = (known: KnownTransaction | undefined, how: Partial<EndQuestion> = {}): unknown =>
    decideEnd({ known, asker, outcome: "commit", version: 0, ...how });

  test("as its producer wants, with version 2 under the next epoch", () => {
    expect(end(shop("Ongoing"))).toEqual({ kind: "prepare", producerEpoch: 3 });
    expect(end(shop("Ongoing"), { version: 2 })).toEqual({ kind: "prepare", producerEpoch: 4 });
  });

  test("once: a request that comes again is answered, and one that wants the opposite is not", () => {
    expect(end(shop("CompleteCommit"))).toEqual({ kind: "done" });
    expect(end(shop("CompleteAbort"))).toEqual(refusal("INVALID_TXN_STATE"));
    expect(end(shop("PrepareCommit"))).toEqual(refusal("CONCURRENT_TRANSACTIONS"));
    expect(end(shop("PrepareAbort"))).toEqual(refusal("INVALID_TXN_STATE"));
    expect(end(shop("Empty"))).toEqual(refusal("INVALID_TXN_STATE"));
  });

  test("with version 2 what comes again has the epoch of before, and what has the present one is no repetition", () => {
    const ended = shop("CompleteCommit", { producerEpoch: 4 });
    expect(end(ended, { version: 2 })).toEqual({ kind: "done" });
    expect(end(ended, { version: 2, asker: { ...asker, producerEpoch: 4 } })).toEqual(refusal("INVALID_TXN_STATE"));
    expect(end(ended, { version: 2, asker: { ...asker, producerEpoch: 2 } })).toEqual(refusal("PRODUCER_FENCED"));
    expect(end(shop("PrepareCommit", { producerEpoch: 4 }), { version: 2 })).toEqual(refusal("CONCURRENT_TRANSACTIONS"));
  });

  test("with version 2 also where nothing has arrived of it, if it is to be aborted", () => {
    expect(end(shop("Empty"), { version: 2, outcome: "abort" })).toEqual({ kind: "prepare", producerEpoch: 4 });
    expect(end(shop("CompleteCommit"), { version: 2, outcome: "abort" })).toEqual({ kind: "prepare", producerEpoch: 4 });
    expect(end(shop("Empty"), { version: 2 })).toEqual(refusal("INVALID_TXN_STATE"));
  });

  test("not for somebody else, and not while a change is under way", () => {
    expect(end(undefined)).toEqual(refusal("INVALID_PRODUCER_ID_MAPPING"));
    expect(end(shop("Ongoing"), { asker: { ...asker, producerEpoch: 2 } })).toEqual(refusal("PRODUCER_FENCED"));
    expect(end(shop("Ongoing", { isPending: true }))).toEqual(refusal("CONCURRENT_TRANSACTIONS"));
  });
});

test("a transaction whose time is over is aborted under the next epoch", () => {
  expect(epochOfTimedOut(3)).toBe(4);
});
