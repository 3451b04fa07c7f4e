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

test("a machine that was suspended does first what has come due, and then what was sent to it", () => {
  const host = startedHost();
  const { loop } = host;
  const done: string[] = [];
  const standStill = (): void => {
    host.after(5, () => done.push("timer"));
    host.run(() => done.push("message"));
    while (loop.step(loop.nowUs + 10_000));
    host.run(() => done.push("later message"));
    host.resume();
  };
  host.suspend();
  standStill();
  expect(done.splice(0)).toEqual(["timer", "message", "later message"]);
  host.pause();
  standStill();
  expect(done).toEqual(["message", "timer", "later message"]);
});

test("when a clock jumps, what would have been due by then is due now, in its order, and the rest so much earlier", () => {
  const host = startedHost();
  const other = new Host("broker-2", host.loop);
  other.start();
  const done: string[] = [];
  const note = (name: string) => (): void => {
    done.push(`${name} at ${host.loop.nowUs}, ${host.nowUs} on the clock`);
  };
  host.after(40, note("later"));
  host.after(7, note("second"));
  host.after(5, note("first"));
  other.after(1, note("other"));
  other.after(6, note("other again"));
  host.jumpClock(30_000);
  while (host.loop.step(20_000));
  expect(done).toEqual([
    "first at 0, 30000 on the clock",
    "second at 0, 30000 on the clock",
    "other at 1000, 31000 on the clock",
    "other again at 6000, 36000 on the clock",
    "later at 10000, 40000 on the clock",
  ]);
  expect(other.nowUs).toBe(10_000);
});

test("what waited for a process that was killed is never done", () => {
  const host = startedHost();
  const done: string[] = [];
  host.pause();
  host.run(() => done.push("lost"));
  host.kill();
  host.start();
  host.resume();
  host.suspend();
  host.run(() => done.push("lost"));
  host.kill();
  host.start();
  host.pause();
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
