/** How the parts of worlds are laid out in bits: what whoever writes them and whoever reads them have to agree on. */

import type { Role } from "../reference/state.ts";

export const logBits = 12;
export const offsetBits = 3;
export const epochBits = 3;
export const countBits = 3;
export const flagBits = 3;
export const roleKinds: readonly Role["kind"][] = ["down", "idle", "follower", "leader"];
/** How many fetches can be late, and how many proposals open, at a time. */
export const lateMax = 3;
export const proposalsMax = 3;

/** As many bits as the name of one of so many brokers takes, or nobody's. */
export const slotBitsOf = (brokers: number): number => 32 - Math.clz32(brokers);

/**
 * Epochs of partitions and of processes are only told apart into present and past. In a world that was read these numbers
 * stand for them; leader epochs, which partition epochs of elections are named after, are below.
 */
export const presentEpoch = 9;
export const pastEpoch = 8;
export const presentProcess = 2;
export const pastProcess = 1;
