import { expect, test } from "vitest";
import { monotonicUs } from "../clients/messages.ts";
import { TrialRecorder } from "./trial-recorder.ts";

test("events are put in the order in which they were seen, not in which they arrived", () => {
  const record = new TrialRecorder(() => undefined);
  record.begin();
  const early = monotonicUs();
  record.client({ kind: "client-started", client: "late" }, early + 20);
  record.client({ kind: "client-started", client: "early" }, early + 10);
  expect(record.close().map((event) => "client" in event && event.client)).toEqual(["early", "late"]);
});

test("what was recorded while a trial was prepared belongs to its beginning", () => {
  const record = new TrialRecorder(() => undefined);
  record.client({ kind: "client-started", client: "p1" }, monotonicUs());
  record.begin();
  record.harness({ kind: "phase-started", phase: "play" });
  const [first, second] = record.close();
  expect(first).toEqual({ kind: "client-started", client: "p1", evidence: "client", atUs: 0 });
  expect(second).toMatchObject({ kind: "phase-started", evidence: "harness" });
});

test("a listener hears everything, and nothing after the end", () => {
  const heard: string[] = [];
  const record = new TrialRecorder((event) => heard.push(event.kind));
  record.begin();
  record.harness({ kind: "phase-started", phase: "play" });
  const history = record.close();
  record.client({ kind: "client-killed", client: "p1" }, monotonicUs());
  expect(heard).toEqual(["phase-started"]);
  expect(history).toHaveLength(1);
});
