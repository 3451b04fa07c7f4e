import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeReadable } from "../../reports/run-record.ts";
import { kafkaTrial, linesOf } from "../support/command-line.ts";
import { stopsTwoBrokers } from "../support/fixed-trials.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

beforeAll(() => {
  const write = (name: string, content: string): void => writeFileSync(folder.at(name), content);
  write("newer.json", JSON.stringify({ ...stopsTwoBrokers, format: "kafka-trial.schedule/2" }));
  write("not-json.json", '{\n  "format": oops\n}\n');
  write("nothing.json", "");
  const aimed = { id: "f1", after: { ms: 0 }, do: { kind: "kill-broker", target: "broker 7" } } as const;
  write("impossible.json", encodeReadable({ ...stopsTwoBrokers, steps: [aimed] }));
  write("misspelt.json", JSON.stringify({ ...stopsTwoBrokers, step: [] }));
  write("steers.json", JSON.stringify({ ...stopsTwoBrokers, "a\u001b[2J\nb": [] }));
  write("a-file", "");
  mkdirSync(folder.at("a-folder"));
});

interface Refusal {
  readonly args: string;
  readonly exitCode: number;
  /** What its line says, among other things. */
  readonly says: string;
  readonly env?: Readonly<Record<string, string>>;
}

const nowhere = { DOCKER_HOST: "unix:///nowhere", DOCKER_TLS_VERIFY: "" };

const refusals: readonly Refusal[] = [
  { args: "run --sed abc", exitCode: 64, says: "unknown option '--sed' (Did you mean --seed?)" },
  { args: "ruin", exitCode: 64, says: "unknown command 'ruin' (Did you mean run?)" },
  { args: "run now", exitCode: 64, says: "too many arguments for 'run'" },
  { args: "run --property no-lost-record", exitCode: 64, says: 'did you mean "no-lost-acked-record"?' },
  { args: "run --bug R011", exitCode: 64, says: 'there is no bug "R011"; did you mean "R01"?' },
  { args: "run --fault kill-brokers", exitCode: 64, says: 'there is no fault "kill-brokers"; did you mean "kill-broker"?' },
  { args: "run --seed a/b", exitCode: 64, says: "A seed is letters, digits" },
  { args: "run --seed abc:1", exitCode: 64, says: "kafka-trial replay abc:1 plays it" },
  { args: "run --runs many", exitCode: 64, says: "It is a whole number from 1 to" },
  { args: "run --runs 0", exitCode: 64, says: "It is a whole number from 1 to" },
  { args: "run --duration 10", exitCode: 64, says: "A duration is a number with its unit" },
  { args: "run --runs 5 --duration 10s", exitCode: 64, says: "not both" },
  { args: "run --require-coverage --runs 999", exitCode: 64, says: "--runs 1000 or more" },
  { args: "run --require-coverage --duration 10m", exitCode: 64, says: "--runs 1000 or more" },
  { args: "run --require-coverage", exitCode: 64, says: "--runs 1000 or more" },
  { args: "run --require-coverage --runs 1000 --fault kill-broker", exitCode: 64, says: "leave out --fault" },
  { args: "run --require-coverage --runs 1000 --sut kafka", exitCode: 64, says: "is about the in-memory cluster" },
  { args: "run --sut kafka --workers 2", exitCode: 64, says: "leave out --workers" },
  { args: "run --sut kafka --bug R01", exitCode: 64, says: "leave out --bug" },
  { args: "run --sut redpanda", exitCode: 64, says: "Allowed choices are sim, kafka" },
  { args: "run --sut kafka --runs 1", exitCode: 69, says: "unix:///nowhere", env: nowhere },
  { args: "run --output a-file", exitCode: 69, says: "the output folder a-file cannot be written" },
  { args: "run --output /proc/kafka-trial", exitCode: 69, says: "name another one with --output" },
  { args: "replay", exitCode: 64, says: "missing required argument" },
  { args: "replay not,a,seed", exitCode: 64, says: "not,a,seed is neither a file nor a seed" },
  { args: "replay nowhere.json", exitCode: 65, says: "nowhere.json: there is no such file" },
  {
    args: "replay newer.json",
    exitCode: 65,
    says: "its format is kafka-trial.schedule/2, which a newer kafka-trial has written",
  },
  { args: "replay not-json.json", exitCode: 65, says: "not-json.json: line 2, column 13: this is not JSON" },
  { args: "replay nothing.json", exitCode: 65, says: "nothing.json: line 1, column 1: this is not JSON" },
  { args: "replay impossible.json", exitCode: 65, says: "impossible.json: step f1: " },
  { args: "replay misspelt.json", exitCode: 65, says: "misspelt.json: step: there is no such field" },
  { args: "replay steers.json", exitCode: 65, says: "there is no such field" },
  { args: "replay abc:1 --bug R011", exitCode: 64, says: 'did you mean "R01"?' },
  { args: "replay abc:1 --sut kafka --bug R01", exitCode: 64, says: "leave out --bug" },
  { args: "replay abc:1 --sut kafka", exitCode: 69, says: "unix:///nowhere", env: nowhere },
  { args: "shrink impossible.json", exitCode: 65, says: "impossible.json: step f1: " },
  { args: "shrink abc:1 --output a-file", exitCode: 69, says: "the output folder a-file cannot be written" },
  { args: "list bug", exitCode: 64, says: "Allowed choices are properties, faults, guards, scenarios, bugs" },
];

// Each is a process of its own, and so is waited for beside the next one.
test.concurrent.each(refusals)(
  "kafka-trial $args exits $exitCode, with one line",
  async ({ args, env = {}, exitCode, says }) => {
    const ended = await kafkaTrial(args.split(" "), { cwd, env });
    expect({ exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ exitCode, stdout: "" });
    const lines = linesOf(ended.stderr);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(says);
    // oxlint-disable-next-line no-control-regex -- whatever a file holds, it is shown and not sent
    expect(lines[0]).not.toMatch(/[\u0000-\u001f]/);
  },
);
