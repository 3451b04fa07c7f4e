import { expect, test } from "vitest";
import type { FaultKind } from "../../model/fault.ts";
import { DisturbedBrokers } from "./disturbed-brokers.ts";

type Touch = readonly [FaultKind, ...string[]];

function mayBeLost(replicationFactor: number, ...touches: readonly Touch[]): boolean {
  const brokers = new DisturbedBrokers();
  for (const [fault, ...resolved] of touches) {
    const step = `of ${fault}`;
    brokers.take({ kind: "step-played", evidence: "harness", atUs: 0, step, resolved, anchorMissed: false });
    brokers.take({ kind: "fault-injected", evidence: "harness", atUs: 0, step, fault });
  }
  return brokers.mayHaveLostPowerOfWholeIsr(replicationFactor);
}

const off = (broker: number): Touch => ["power-off-broker", `broker ${broker}`];

test("a single replica that loses power may have been the whole ISR", () => {
  expect(mayBeLost(1, off(1))).toBe(true);
  expect(mayBeLost(1, ["kill-broker", "broker 1"])).toBe(false);
});

test("a replica that no fault has come near has stayed in the ISR", () => {
  expect(mayBeLost(3, off(1), off(2))).toBe(false);
  expect(mayBeLost(3, off(1), ["kill-broker", "broker 2"])).toBe(false);
  expect(mayBeLost(3, off(1), ["kill-broker", "broker 2"], off(3))).toBe(true);
  expect(mayBeLost(3, off(1), ["cut-link", "broker 2", "broker 3"])).toBe(true);
});

test("a leader that stood still may have put everybody else out of the ISR before it lost power", () => {
  expect(mayBeLost(3, ["pause-broker", "broker 1"], off(1))).toBe(true);
  expect(mayBeLost(3, ["pause-broker", "broker 2"], off(1))).toBe(false);
  expect(mayBeLost(3, ["stop-broker", "broker 1"], off(1))).toBe(false);
});

test("a link that was cut has put nobody out of the ISR but the two at its ends", () => {
  expect(mayBeLost(3, ["cut-link", "broker 1", "broker 2"], off(1))).toBe(false);
  expect(mayBeLost(3, ["cut-link", "broker 1", "broker 2"], off(1), ["cut-link", "broker 3", "broker 1"])).toBe(true);
});

test("clients that were touched, and administrators, leave every ISR as it is", () => {
  expect(mayBeLost(2, off(1), ["pause-client", "client c1"])).toBe(false);
  expect(mayBeLost(2, off(1), ["elect-leader", "broker 2"])).toBe(false);
});

test("of a fault that the user has brought along nothing is known", () => {
  expect(mayBeLost(3, off(1), ["own-fault"])).toBe(true);
});
