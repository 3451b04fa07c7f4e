import { expect, test } from "vitest";
import { LogDir } from "./log-dir.ts";

function logDir() {
  const failures: string[] = [];
  return { failures, dir: new LogDir(() => failures.push("failed")) };
}

test("a disk that is told to fail fails at the next write, once", () => {
  const { dir, failures } = logDir();
  expect(dir.write()).toBe(true);
  dir.fail();
  expect([dir.hasFailed, failures.length]).toEqual([false, 0]);
  expect([dir.write(), dir.write()]).toEqual([false, false]);
  expect([dir.hasFailed, dir.isUsable, failures.length]).toEqual([true, false, 1]);
});

test("a disk that is replaced before anybody has noticed works on", () => {
  const { dir, failures } = logDir();
  dir.fail();
  expect(dir.replace()).toBe(false);
  expect([dir.write(), failures.length]).toEqual([true, 0]);
});

test("a disk that is replaced under a process that has noticed is for the next process", () => {
  const { dir } = logDir();
  dir.fail();
  dir.write();
  expect(dir.replace()).toBe(true);
  expect([dir.hasFailed, dir.isUsable, dir.write()]).toEqual([true, true, false]);
  dir.open();
  expect([dir.hasFailed, dir.write()]).toEqual([false, true]);
});
