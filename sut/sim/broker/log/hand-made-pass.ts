import { offset } from "../../../../model/ids.ts";
import { kafkaRules } from "../../rules/rules.ts";
import { CleanedTransactions } from "./cleaned-transactions.ts";
import { CleaningPass } from "./cleaning-pass.ts";
import type { CleaningOptions } from "./cleaning-pass.ts";

/** A pass of the cleaner at 1000 ms, with `delete.retention.ms=50`, of a log without idempotent producers. */
export const passOf = (options: Partial<CleaningOptions> = {}): CleaningPass =>
  new CleaningPass({
    rules: kafkaRules,
    last: new Map(),
    nowMs: 1000,
    deleteRetentionMs: 50,
    endOffset: offset(100),
    transactions: new CleanedTransactions([]),
    isLastOfProducer: () => false,
    ...options,
  });
