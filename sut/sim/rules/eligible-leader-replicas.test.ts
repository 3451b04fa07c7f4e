import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { nextElr } from "./eligible-leader-replicas.ts";

interface Scene {
  readonly isr: readonly number[];
  readonly elr?: readonly number[];
  readonly newIsr: readonly number[];
  readonly minIsr?: number;
  readonly unclean?: readonly number[];
}

const eligible = ({ elr = [], isr, minIsr = 2, newIsr, unclean = [] }: Scene): readonly number[] =>
  nextElr({
    isr: isr.map(brokerId),
    elr: elr.map(brokerId),
    newIsr: newIsr.map(brokerId),
    minIsr,
    uncleanlyRestarted: unclean.map(brokerId),
  });

test.each<readonly [string, Scene, readonly number[]]>([
  ["nobody while enough are in sync", { isr: [1, 2, 3], newIsr: [1, 2] }, []],
  ["who leaves an ISR that is too small then", { isr: [1, 2], newIsr: [1] }, [2]],
  ["also the last one that leaves", { isr: [1], elr: [2], newIsr: [] }, [2, 1]],
  ["who has been eligible stays so while the ISR is too small", { isr: [1], elr: [2], newIsr: [1] }, [2]],
  ["who joins the ISR is no longer outside it", { isr: [1], elr: [2, 3], newIsr: [1, 2], minIsr: 3 }, [3]],
  ["nobody once enough are in sync again", { isr: [1], elr: [2], newIsr: [1, 3] }, []],
  ["nobody who came back uncleanly, from the ELR or the ISR", { isr: [1], elr: [2, 3], newIsr: [], unclean: [1, 2] }, [3]],
])("%s", (_sentence, scene, expected) => {
  expect(eligible(scene)).toEqual(expected);
});
