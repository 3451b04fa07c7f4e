import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { NetworkOfTwo } from "../hand-made-network.ts";
import { Reconnects } from "./reconnects.ts";

const one = brokerId(1);
const two = brokerId(2);
const three = brokerId(3);

/** Loses the broker, and tells how many milliseconds have to pass until it may be tried again. */
function waitAfterLoss(pair: NetworkOfTwo, reconnects: Reconnects, wasReady: boolean): number {
  reconnects.onLost(one, wasReady);
  return (reconnects.availableAtUs(one) - pair.loop.nowUs) / 1000;
}

function scene(): { readonly pair: NetworkOfTwo; readonly reconnects: Reconnects } {
  const pair = new NetworkOfTwo();
  return { pair, reconnects: new Reconnects(pair.client, pair.network) };
}

test("a broker that was never lost may be tried at once", () => {
  expect(scene().reconnects.isAvailable(one)).toBe(true);
});

test("each attempt that fails doubles the wait up to half a second, give or take a fifth", () => {
  const { pair, reconnects } = scene();
  for (const middleMs of [50, 100, 200, 400, 500, 500]) {
    const waitMs = waitAfterLoss(pair, reconnects, false);
    expect(waitMs).toBeGreaterThanOrEqual(middleMs * 0.8);
    expect(waitMs).toBeLessThanOrEqual(middleMs * 1.2);
    expect(reconnects.isAvailable(one)).toBe(false);
    pair.runFor(waitMs);
    expect(reconnects.isAvailable(one)).toBe(true);
  }
});

test("whoever has answered in between is tried again as soon as at first", () => {
  const { pair, reconnects } = scene();
  for (let failed = 0; failed < 5; failed++) pair.runFor(waitAfterLoss(pair, reconnects, false));
  expect(waitAfterLoss(pair, reconnects, true)).toBeLessThanOrEqual(60);
});

test("connections that are lost together are one loss", () => {
  const { pair, reconnects } = scene();
  const waitMs = waitAfterLoss(pair, reconnects, true);
  expect(waitAfterLoss(pair, reconnects, false)).toBe(waitMs);
});

test("whoever asks any broker passes over one that must be waited for, unless all must", () => {
  const { reconnects } = scene();
  const brokers = [one, two, three];
  reconnects.onLost(two, true);
  expect([0, 1, 2, 3, 4].map((turn) => reconnects.nextOf(brokers, turn))).toEqual([one, three, three, one, three]);
  reconnects.onLost(one, true);
  reconnects.onLost(three, true);
  expect(reconnects.nextOf(brokers, 4)).toBe(two);
});
