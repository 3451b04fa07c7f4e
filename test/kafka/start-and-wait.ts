/**
 * Starts a cluster, plays a trial in which a client stands still, and says how far it is, until it is killed: for tests of what
 * is left of it.
 */

import { startKafka } from "../../sut/kafka/start.ts";
import { step, trial } from "./schedules.ts";

const forEverMs = 600_000;

await using kafka = await startKafka({ onProgress: (text) => console.log(text) });
console.log(`in service: ${kafka.version}`);
const faults = [
  { id: "f1", after: { assigned: "c1" }, do: { kind: "pause-client", client: "c1" } } as const,
  { id: "f2", after: { played: "f1", ms: 100 }, do: { kind: "own-fault", fault: "say-so", parameters: null } } as const,
  step("last", forEverMs, { kind: "stop-member", member: "c2" }),
];
const saySo = {
  id: "say-so",
  sentence: "Nothing happens, but it is said that it is so far.",
  generate: () => null,
  inject: () => {
    console.log("a client stands still");
    return { kind: "skipped", reason: "it has been said" } as const;
  },
};
await kafka.play(trial({ faults }), { ownFaults: [saySo] });
