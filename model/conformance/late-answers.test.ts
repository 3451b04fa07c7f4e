import { expect, test } from "vitest";
import { fault, sends, trialOf } from "../../sut/sim/hand-made-trials.ts";
import { playInMemory } from "../../sut/sim/play.ts";
import { defaultLogSettings } from "../settings.ts";
import type { TopicSettings } from "../settings.ts";
import type { EventOf, History, HistoryEvent } from "../history.ts";
import { conformanceOf } from "./monitor.ts";

/** The controller stands still until another one has just been elected, and a broker that was killed registers with it meanwhile. */
const { history } = playInMemory(
  trialOf(
    {},
    sends(3),
    fault("f1", { ms: 20 }, { kind: "pause-broker", target: "controller" }, 1020),
    fault("f2", { played: "f1", ms: 10 }, { kind: "kill-broker", target: "broker 2" }, 10),
  ),
);
const settings: TopicSettings = {
  ...defaultLogSettings,
  "min.insync.replicas": 2,
  "unclean.leader.election.enable": false,
};
const compare = (other: History) => conformanceOf(other, { hasElr: false, settingsOf: () => settings });

const electedAt = history.findLastIndex(({ kind }) => kind === "controller-elected");
const at = history.findIndex(({ kind }, place) => kind === "registration-refused" && place > electedAt);
const refusal = history[at] as EventOf<"registration-refused">;

/** As if the new controller had fenced the broker just before the old one answers it. */
const withFencing = (answer: HistoryEvent): History => [
  ...history.slice(0, at),
  { kind: "broker-fenced", evidence: "broker", broker: refusal.broker, controllerEpoch: 2, atUs: refusal.atUs },
  answer,
];

test("a controller that stood still refuses in its own term, when the next one has begun", () => {
  expect(refusal).toMatchObject({ broker: 2, controllerEpoch: 1, error: "DUPLICATE_BROKER_REGISTRATION" });
  expect(history[electedAt]).toMatchObject({ epoch: 2 });
  expect(compare(history).kind).toBe("conforms");
});

test("it may refuse what the one in office must not", () => {
  expect(compare(withFencing(refusal)).kind).toBe("conforms");
  expect(compare(withFencing({ ...refusal, controllerEpoch: 2 }))).toMatchObject({ kind: "diverges", error: "NONE" });
  expect(compare(withFencing({ ...refusal, error: "NONE" }))).toMatchObject({ kind: "diverges" });
});
