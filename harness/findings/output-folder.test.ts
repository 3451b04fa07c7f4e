import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, expect, test } from "vitest";
import { errorOf, refusalOf } from "../../test/support/errors.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { prepareOutput, writeFinding } from "./output-folder.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test("the folder is made, and nothing is left in it", () => {
  prepareOutput(folder.at("a", "b"));
  expect(readdirSync(folder.at("a", "b"))).toEqual([]);
});

test("a folder that cannot be written is named, with the reason and what to do", async () => {
  writeFileSync(folder.at("file"), "");
  const { code, message } = await errorOf(() => prepareOutput(folder.at("file")));
  expect(code).toBe("OUTPUT");
  expect(message.replaceAll(folder.path, "<folder>")).toMatchInlineSnapshot(
    `"the output folder <folder>/file cannot be written (ENOTDIR: not a directory, open '<folder>/file/.probe'); name another one with --output"`,
  );
});

test.skipIf(!existsSync("/proc"))("a place where there can be no folder is refused, and nobody waits for it", async () => {
  expect(await refusalOf(() => prepareOutput("/proc/kafka-trial"))).toMatch(/^OUTPUT: .*\/proc\/kafka-trial cannot be written/);
});

test("files are written as they are, over older ones, and no part of one is left", () => {
  const path = folder.at("finding");
  expect(writeFinding(path, { "a.txt": "old", "b.txt": "b" })).toBe(path);
  expect(writeFinding(path, { "a.txt": "new" })).toBe(path);
  expect(readdirSync(path).toSorted()).toEqual(["a.txt", "b.txt"]);
  expect(readFileSync(folder.at("finding", "a.txt"), "utf8")).toBe("new");
});

test("where the folder has become unusable, a finding goes to a new one among the temporary files", () => {
  writeFileSync(folder.at("taken"), "");
  mkdirSync(folder.at("partly", "record.json.part"), { recursive: true });
  for (const path of [folder.at("taken", "finding"), folder.at("partly")]) {
    const written = writeFinding(path, { "history.jsonl": "h", "record.json": "r" });
    expect(written.startsWith(tmpdir())).toBe(true);
    expect(written).not.toBe(path);
    expect(readdirSync(written).toSorted()).toEqual(["history.jsonl", "record.json"]);
    rmSync(written, { recursive: true });
    expect(existsSync(written)).toBe(false);
  }
});
