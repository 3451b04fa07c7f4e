/** What brokers do for consumers that read from the closest replica (KIP-392). */

import type { BrokerId, LeaderEpoch, Offset } from "./ids.ts";
import type { AtReplica, Seen } from "./seen.ts";

/** A consumer's fetch as it reached a broker. */
interface ConsumerFetch extends AtReplica {
  /** The epoch that the fetch was made for; -1 where it named none. */
  readonly requestedEpoch: LeaderEpoch;
  readonly fetchOffset: Offset;
}

export type FollowerReadEvent =
  /** A leader gave a consumer no records, and sent it to this follower instead. */
  | (Seen<"broker", "consumer-redirected"> & ConsumerFetch & { readonly replica: BrokerId })
  /** A follower gave a consumer records, up to before this offset. */
  | (Seen<"broker", "consumer-served-by-follower"> & ConsumerFetch & { readonly endOffset: Offset });
