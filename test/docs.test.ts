/** What the docs say is so: code is that of examples that are tests, output is what commands print, and links lead somewhere. */

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).flatMap((name) =>
    name.endsWith(".md") ? [join("docs", name)] : [],
  ),
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

interface Block {
  readonly page: string;
  /** What the comment before the block says of it. */
  readonly about: string;
  readonly language: string;
  readonly text: string;
}

const blocks = pages.flatMap(({ path, text }): readonly Block[] =>
  [...text.matchAll(/<!-- (.+?) -->\n+```(\w+)\n([\s\S]*?)```/g)].map(([, about, language, code]) => ({
    page: path,
    about: about!,
    language: language!,
    text: code!,
  })),
);

describe("code", () => {
  const files = blocks.filter(({ about }) => about.startsWith("file: "));

  test("is in the docs", () => {
    expect(files.length).toBeGreaterThan(1);
  });

  test.each(files)("$about in $page is that file, which is run", ({ about, text }) => {
    expect(text).toBe(readFileSync(join(root, about.slice("file: ".length)), "utf8"));
  });
});

describe("commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-trial-docs-"));
  beforeAll(() => symlinkSync(join(root, "regressions"), join(folder, "regressions")));
  afterAll(() => rmSync(folder, { recursive: true }));
  const runs = blocks.filter(({ about }) => about.startsWith("run: "));

  test("are in the docs", () => {
    expect(runs.length).toBeGreaterThan(1);
  });

  test.each(runs)("in $page print what they are said to print: $text", async ({ text }) => {
    const [command, ...lines] = text.trimEnd().split("\n");
    expect(command).toMatch(/^\$ kafka-trial /);
    const words = command!.split(" ").slice(2);
    const printed = await new Promise<string>((resolve) => {
      execFile(process.execPath, [join(root, "cli/main.ts"), ...words], { cwd: folder }, (_, stdout) => resolve(stdout));
    });
    expect(printed).toContain(lines.join("\n"));
    expect(lines.length).toBeGreaterThan(5);
  });
});

describe("links", () => {
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, to]) => (/^[a-z]+:/.test(to!) ? [] : [{ path, to: to! }])),
  );

  test.each(links)("$path leads to $to", ({ path, to }) => {
    expect(existsSync(join(root, dirname(path), to))).toBe(true);
  });

  const folders = [...pages.find(({ path }) => path.endsWith("ARCHITECTURE.md"))!.text.matchAll(/^\| `([^|]*)` \|/gm)];

  test.each(folders.map(([, names]) => names!))("the map of the tree is right about `%s`", (names) => {
    const [first, ...others] = names.split("`, `");
    const parent = first!.split("/").slice(0, -2).join("/");
    const isThere = (name: string): boolean => existsSync(join(root, name)) || existsSync(join(root, parent, name));
    expect([first!, ...others].filter((name) => !isThere(name))).toEqual([]);
  });
});
