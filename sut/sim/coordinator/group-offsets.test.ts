import { expect, test } from "vitest";
import { offset, producerId, topicPartition } from "../../../model/ids.ts";
import { GroupOffsets } from "./group-offsets.ts";

const orders = topicPartition("orders", 0);
const payments = topicPartition("payments", 0);
const [shop, bank] = [producerId(7), producerId(8)];
const at = (position: number, partition = orders) => ({ partition, offset: offset(position) });

test("what is part of a transaction counts when that is committed, and for nobody else's", () => {
  const offsets = new GroupOffsets();
  offsets.hold(shop, at(5), offset(0));
  offsets.hold(bank, at(3, payments), offset(1));
  expect([offsets.get(orders), offsets.isPending(orders), offsets.isPending(payments)]).toEqual([undefined, true, true]);
  expect(offsets.end(shop, "commit")).toEqual([at(5)]);
  expect([offsets.get(orders), offsets.isPending(orders), offsets.get(payments)]).toEqual([5, false, undefined]);
  expect(offsets.end(shop, "commit")).toEqual([]);
  expect([offsets.all(), offsets.allPending()]).toEqual([[at(5)], [at(3, payments)]]);
});

test("what is part of a transaction that is aborted is forgotten", () => {
  const offsets = new GroupOffsets();
  offsets.commit(at(2), offset(0));
  offsets.hold(shop, at(5), offset(1));
  expect(offsets.end(shop, "abort")).toEqual([at(5)]);
  expect([offsets.get(orders), offsets.isPending(orders)]).toEqual([2, false]);
});

test("of several commits the one whose record comes last holds, whenever it came to count", () => {
  const offsets = new GroupOffsets();
  offsets.hold(shop, at(5), offset(0));
  offsets.commit(at(2), offset(1));
  offsets.end(shop, "commit");
  expect(offsets.get(orders)).toBe(2);
  offsets.hold(shop, at(6), offset(2));
  offsets.hold(shop, at(7), offset(3));
  offsets.end(shop, "commit");
  expect(offsets.get(orders)).toBe(7);
});
