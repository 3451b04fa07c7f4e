import { expect, test } from "vitest";
import { EventLoop } from "./event-loop.ts";
import { Host } from "./host.ts";

function startedHost(): Host {
  const host = new Host("broker-1", new EventLoop());
  host.start();
  return host;
}

test("what reaches a paused process is done in order when it resumes", () => {
  const host = startedHost();
  const done: string[] = [];
  host.pause();
  host.run(() => done.push("first"));
  host.run(() => done.push("second"));
  expect(done).toEqual([]);
  host.resume();
  expect(done).toEqual(["first", "second"]);
});

test("what waited for a process that was killed is never done", () => {
  const host = startedHost();
  const done: string[] = [];
  host.pause();
  host.run(() => done.push("lost"));
  host.kill();
  host.start();
  host.resume();
  expect(done).toEqual([]);
});

test("a process that kills itself on resumption does nothing of what waited behind", () => {
  const host = startedHost();
  const done: string[] = [];
  host.pause();
  host.run(() => host.kill());
  host.run(() => done.push("too late"));
  host.resume();
  expect(done).toEqual([]);
});

test("whoever asked is told once that the process is gone", () => {
  const host = startedHost();
  let told = 0;
  host.onceDown(() => told++);
  const forgotten = (): void => {
    told += 100;
  };
  host.onceDown(forgotten);
  host.forgetDownListener(forgotten);
  host.kill();
  host.start();
  host.kill();
  expect(told).toBe(1);
});

test("a process that is down cannot be paused", () => {
  const host = new Host("broker-1", new EventLoop());
  host.pause();
  expect(host.isPaused).toBe(false);
});
