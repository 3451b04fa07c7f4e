import { afterAll, describe, expect, test } from "vitest";
import { properties } from "../../properties/catalogue.ts";
import { kafkaTrial, linesOf } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

interface Listed {
  readonly id: string;
  readonly sentence: string;
  readonly ticket?: string;
  readonly claims?: readonly string[];
}

async function list(what: string): Promise<readonly Listed[]> {
  const { exitCode, stderr, stdout } = await kafkaTrial(["list", what, "--json"], { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as readonly Listed[];
}

describe("list --json", () => {
  test.each(["properties", "faults", "scenarios", "bugs"])(
    "%s are an array of objects, each with an id of its own and a sentence",
    async (what) => {
      const entries = await list(what);
      expect(entries.length).toBeGreaterThan(6);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      for (const { sentence } of entries) expect(sentence).toMatch(/\w.*[.:)]$/);
    },
  );

  test("a bug has a ticket, and the properties that must see it, which exist", async () => {
    const ids = properties.map(({ id }) => id);
    for (const { claims, id, ticket } of await list("bugs")) {
      expect([id, ticket]).toEqual([id, expect.stringMatching(/\w/)]);
      expect(claims?.length).toBeGreaterThan(0);
      expect(claims?.filter((claim) => !ids.includes(claim))).toEqual([]);
    }
  });
});

test("list names one a line, with its sentence", async () => {
  const { exitCode, stdout } = await kafkaTrial(["list", "faults"], { cwd });
  expect(exitCode).toBe(0);
  expect(linesOf(stdout).find((line) => line.startsWith("kill-broker"))).toMatchInlineSnapshot(
    `"kill-broker         A broker's process is killed; what it had written is still in the page cache when it comes back."`,
  );
});

describe("doctor", () => {
  const env = { DOCKER_HOST: "unix:///nowhere", DOCKER_TLS_VERIFY: "" };

  test("says what works, and that real Kafka does not stand in the way of trials in memory", async () => {
    const { exitCode, stdout } = await kafkaTrial(["doctor"], { cwd, env });
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).map((line) => line.replaceAll(/\d+\.\d+\.\d+/g, "x.y.z"))).toMatchInlineSnapshot(`
      [
        "ok       kafka-trial x.y.z on Node x.y.z",
        "ok       in-memory cluster plays a trial",
        "ok       findings can be written to .kafka-trial",
        "missing  no Docker engine answers at DOCKER_HOST=unix:///nowhere (connect ENOENT /nowhere): start it, or point DOCKER_HOST elsewhere",
      ]
    `);
  });

  test("fails where real Kafka is asked for and cannot be had", async () => {
    const { exitCode, stdout } = await kafkaTrial(["doctor", "--sut", "kafka", "--json"], { cwd, env });
    expect(exitCode).toBe(69);
    const checks = JSON.parse(stdout) as readonly { readonly id: string; readonly ok: boolean }[];
    expect(checks.map(({ id, ok }) => [id, ok])).toEqual([
      ["version", true],
      ["in-memory", true],
      ["output", true],
      ["real-kafka", false],
    ]);
  });

  test("refuses a system that there is none of", async () => {
    const { exitCode, stderr } = await kafkaTrial(["doctor", "--sut", "redpanda"], { cwd, env });
    expect([exitCode, linesOf(stderr).length]).toEqual([64, 1]);
  });
});

describe("help", () => {
  test("names the commands and what exit codes mean", async () => {
    const { exitCode, stdout } = await kafkaTrial(["--help"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: kafka-trial [options] [command]

      Property-based testing for distributed logs: what Kafka does when brokers die,
      leaders move and groups rebalance.

      Options:
        -V, --version                    output the version number
        -h, --help                       display help for command

      Commands:
        run [options]                    Play generated trials and judge them; or one
                                         named scenario, in each way to set clients
                                         up.
        replay [options] <file-or-seed>  Play one trial again: the schedule of a file,
                                         or the trial of a seed such as 5f3a09c2:131.
        shrink [options] <file-or-seed>  Look for a simpler schedule that fails in the
                                         same way, in memory.
        explore [options]                Search everything that the reference model
                                         can do within a scope, for a broken
                                         invariant.
        list [options] <what>            Name all properties, faults, guards of the
                                         reference model, scenarios that can be played
                                         by name, or planted bugs.
        doctor [options]                 Say what works on this machine, and what to
                                         do about the rest.
        help [command]                   display help for command

      Exit codes:
        0   everything held (or is permitted by the settings)      64  wrong usage
        1   a property was violated                                65  an input file cannot be used
        2   undecided: there was nothing to judge                  69  something is missing: a Docker engine, a folder to write to
        3   a situation was missed, with --require-coverage        70  a mistake of kafka-trial's own
                                                                   130 interrupted
      "
    `);
  });

  test("is what one gets for no command at all, and that is wrong usage", async () => {
    const { exitCode, stderr, stdout } = await kafkaTrial([], { cwd });
    expect([exitCode, stdout]).toEqual([64, ""]);
    expect(stderr).toContain("Usage: kafka-trial [options] [command]");
  });

  test("the version is that of the package", async () => {
    const { exitCode, stdout } = await kafkaTrial(["--version"], { cwd });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});
