import { describe, expect, test } from "vitest";
import { brokenIn } from "../harness/campaign/suspect.ts";
import { trialInMemory } from "../harness/trial.ts";
import { classOf } from "../properties/judge.ts";
import { acked, historyOf, injected, send } from "../properties/hand-made-history.ts";
import { noLostAckedRecord } from "../properties/safety/no-lost-acked-record.ts";
import { bugById } from "../harness/named.ts";
import { setupWith, stopsTwoBrokers } from "../test/support/fixed-trials.ts";
import { tellStory } from "./story.ts";
import type { StoryInput } from "./story.ts";

const input: StoryInput = {
  property: noLostAckedRecord,
  class: "broker-bug",
  breach: { message: "s1 was acknowledged at orders-0 offset 0 and is not in the log.", witness: [0, 1] },
  seed: "a:0",
  schedule: { ...stopsTwoBrokers, steps: [] },
  history: historyOf(send("s1"), acked("s1", 0)),
  stepsBeforeShrinking: 0,
  bug: undefined,
  alsoBroken: [],
  replay: { command: "kafka-trial replay a:0", grade: "exact" },
};

const lineOf = (story: string, start: string): string | undefined =>
  story.split("\n").find((line) => line.trim().startsWith(start));

test("a whole story: what was promised, what happened instead, why, and how to see it again", () => {
  const trial = trialInMemory(stopsTwoBrokers, setupWith("R01"));
  const { breach, judged } = brokenIn(trial).find((one) => one.judged.property === noLostAckedRecord)!;
  const story = tellStory({
    ...input,
    breach,
    class: classOf(judged.property, breach),
    schedule: stopsTwoBrokers,
    history: trial.played.history,
    stepsBeforeShrinking: 38,
    bug: bugById("R01"),
    alsoBroken: ["brokers-follow-the-model"],
    replay: { command: "kafka-trial replay .kafka-trial/findings/a-0-no-lost-acked-record/record.json", grade: "exact" },
  });
  expect(story).toMatchInlineSnapshot(`
    "VIOLATED  no-lost-acked-record   broker bug
      trial      a:0   3 steps, 2 faults (shrunk from 38 steps)
      replay     kafka-trial replay .kafka-trial/findings/a-0-no-lost-acked-record/record.json   (exact)
      promised   A record that was acknowledged is in the log, at the offset that was acknowledged.
                 Kafka's documentation of acks and min.insync.replicas; KIP-101; KIP-966; assumes acks=all, no unclean election, no power loss of every in-sync replica at once
      instead    s1 was acknowledged at orders-1 offset 0 and is not in the log.
      because    planted bug R01 (KAFKA-1211, fixed by KIP-101): A replica that begins to follow cuts its log to its own high watermark.
      and also   brokers-follow-the-model
      what happened
                0.0 ms  controller orders-1 led by broker 2 with ISR [2, 3, 1], leader epoch 0
        >       0.0 ms  p1         sends s1 to orders-1
                0.0 ms  harness    fault f2: stop-broker broker 2
               10.0 ms  broker 2   appends s1 to orders-1 at offset 0, epoch 0
        >      13.0 ms  p1         s1 is acknowledged at offset 0
               13.0 ms  harness    fault f1: stop-broker controller, which is broker 3
              103.0 ms  controller orders-1 led by broker 3 with ISR [3, 1], leader epoch 1
              104.0 ms  broker 1   cuts orders-1 back to offset 0
              105.0 ms  controller orders-1 led by broker 1 with ISR [1], leader epoch 2
              105.0 ms  broker 3   cuts orders-1 back to offset 0
              313.0 ms  harness    heals whatever is still broken
              313.0 ms  harness    heals f1
              313.0 ms  harness    heals f2
              504.0 ms  broker 2   cuts orders-1 back to offset 0
              624.0 ms  broker 2   stops in good order
              624.0 ms  broker 2   is up again
              626.0 ms  broker 3   stops in good order
              626.0 ms  broker 3   is up again"
  `);
});

describe("what explains it", () => {
  test("a setting that permits it, and then it is no violation", () => {
    const permission = { setting: "acks=1", why: "The leader answers before anybody else has the record." };
    const story = tellStory({ ...input, class: "your-settings-permit-this", breach: { ...input.breach, permission } });
    expect(story.split("\n")[0]).toBe("PERMITTED  no-lost-acked-record   your settings permit this");
    expect(story).toContain(
      "  because    your settings permit this: acks=1\n             The leader answers before anybody else has the record.",
    );
  });

  test("nothing, where no setting permits it and no bug is planted", () => {
    expect(lineOf(tellStory(input), "because")).toBe("  because    nothing in the settings permits it");
  });
});

test("one is one and not ones, and what was not shrunk says nothing of shrinking", () => {
  const [, first] = stopsTwoBrokers.steps;
  const schedule = { ...stopsTwoBrokers, steps: [first!] };
  expect(lineOf(tellStory({ ...input, schedule, stepsBeforeShrinking: 1 }), "trial")).toBe(
    "  trial      a:0   1 step, 1 fault",
  );
  expect(lineOf(tellStory(input), "trial")).toBe("  trial      a:0   0 steps, 0 faults");
  expect(lineOf(tellStory({ ...input, stepsBeforeShrinking: 9 }), "trial")).toContain("(shrunk from 9 steps)");
});

test("a story that is cut short says by how much", () => {
  const tell = (faults: number): string | undefined =>
    tellStory({
      ...input,
      history: historyOf(
        send("s1"),
        acked("s1", 0),
        Array.from({ length: faults }, (_, at) => injected("kill-broker", `f${at}`)),
      ),
    })
      .split("\n")
      .at(-1)
      ?.trim();
  expect(tell(22)).toContain("fault f21: kill-broker");
  expect(tell(23)).toBe("and 1 more event, in the history beside the record");
  expect(tell(40)).toBe("and 18 more events, in the history beside the record");
});

test("an own fault is told with its parameters", () => {
  const parameters = { racks: [1, 2] };
  const schedule = {
    ...stopsTwoBrokers,
    steps: [{ id: "f1", after: { ms: 0 }, do: { kind: "own-fault", fault: "rack-fails", parameters } } as const],
  };
  const story = tellStory({ ...input, schedule, history: historyOf(send("s1"), acked("s1", 0), injected("own-fault", "f1")) });
  expect(story).toContain('fault f1: own-fault rack-fails {"racks":[1,2]}');
});

test("what comes from a file cannot steer the terminal", () => {
  const story = tellStory({
    ...input,
    seed: "a\u001b[2J:0",
    breach: { ...input.breach, message: "lost\nVIOLATED  nothing" },
    history: historyOf(send("s1\u001b]8;;x\u0007"), acked("s1", 0)),
    alsoBroken: ["\u202eevil"],
  });
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  expect(story.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(lineOf(story, "instead")).toBe(String.raw`  instead    lost\u000aVIOLATED  nothing`);
});
