/** Whether what was remembered to follow from a world is what the model makes of it: asked of the model itself, with nothing between. */

import type { Codec } from "./codec.ts";
import { moved } from "./moved.ts";
import { eachMove } from "./moves.ts";
import type { Search } from "./moves.ts";

/** Worlds that follow from one: their words, one after the other. */
export interface Found {
  readonly found: Uint32Array;
  readonly count: number;
}

/** Throws where the worlds that follow are others, or follow in another order. */
export function checkFound(codec: Codec, search: Search, world: ReturnType<Codec["decode"]>, { count, found }: Found): void {
  let nth = 0;
  eachMove(world, search, (move) => {
    const after = moved(world, move, search);
    if (after.kind === "refused") return;
    const words = codec.encode(after.world);
    const begin = nth++ * codec.words;
    if (nth <= count && words.every((word, at) => word === found[begin + at])) return;
    throw new Error(`the search remembers something else than the model does: ${move.actions.map(({ kind }) => kind).join()}`);
  });
  if (nth !== count) throw new Error(`the search remembers ${count} steps of which the model takes ${nth}`);
}
