import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isOwnerGone, newSession, ownerLabel } from "./session.ts";

test("this process is not gone", () => {
  expect(isOwnerGone(newSession().labels[ownerLabel])).toBe(false);
});

test("a process that has ended is gone", async () => {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  expect(isOwnerGone(`${hostname()} ${child.pid} 1`)).toBe(true);
});

test.runIf(process.platform === "linux")("another process with the same id is not the owner", () => {
  expect(isOwnerGone(`${hostname()} ${process.pid} 1`)).toBe(true);
});

test.each([undefined, "", "somewhere-else 1 1"])("of the owner %j nothing is known", (owner) => {
  expect(isOwnerGone(owner)).toBe(false);
});
