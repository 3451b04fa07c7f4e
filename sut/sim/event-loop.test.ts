import { describe, expect, test } from "vitest";
import { EventLoop } from "./event-loop.ts";
import { Host } from "./host.ts";

function runAll(loop: EventLoop): void {
  while (loop.step(Infinity));
}

describe("tasks", () => {
  test("run in the order of their times, whatever the order of scheduling", () => {
    const loop = new EventLoop();
    const ran: number[] = [];
    for (const atUs of [50, 10, 40, 20, 30, 15, 45, 5]) loop.after(atUs, () => ran.push(loop.nowUs));
    runAll(loop);
    expect(ran).toEqual([5, 10, 15, 20, 30, 40, 45, 50]);
  });

  test("that are due at one instant run in the order in which they were scheduled", () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    for (const name of ["a", "b", "c", "d"]) loop.after(10, () => ran.push(name));
    runAll(loop);
    expect(ran).toEqual(["a", "b", "c", "d"]);
  });

  test("that are scheduled for now run after those that are due now already", () => {
    const loop = new EventLoop();
    const ran: string[] = [];
    loop.after(10, () => {
      ran.push("first");
      loop.after(0, () => ran.push("third"));
    });
    loop.after(10, () => ran.push("second"));
    runAll(loop);
    expect(ran).toEqual(["first", "second", "third"]);
  });

  test("are not scheduled into the past", () => {
    const loop = new EventLoop();
    loop.advanceTo(100);
    expect(loop.after(-50, () => undefined).atUs).toBe(100);
  });

  test("that were cancelled do not run, and do not count", () => {
    const loop = new EventLoop();
    let hasRun = false;
    loop.after(10, () => (hasRun = true)).cancel();
    runAll(loop);
    expect(hasRun).toBe(false);
    expect(loop.ran).toBe(0);
  });
});

describe("time", () => {
  test("stops before a task that is due after the limit", () => {
    const loop = new EventLoop();
    loop.after(100, () => undefined);
    expect(loop.step(99)).toBe(false);
    expect(loop.nowUs).toBe(0);
    expect(loop.step(100)).toBe(true);
    expect(loop.nowUs).toBe(100);
  });

  test("does not go back", () => {
    const loop = new EventLoop();
    loop.advanceTo(100);
    loop.advanceTo(50);
    expect(loop.nowUs).toBe(100);
  });
});

describe("a task of a process", () => {
  test("dies with the process that scheduled it", () => {
    const loop = new EventLoop();
    const host = new Host("broker-1", loop);
    let hasRun = false;
    host.start();
    host.after(1, () => (hasRun = true));
    host.kill();
    host.start();
    runAll(loop);
    expect(hasRun).toBe(false);
  });

  test("waits while the process is paused, and runs at the instant of its resumption", () => {
    const loop = new EventLoop();
    const host = new Host("broker-1", loop);
    const ranAtUs: number[] = [];
    host.start();
    host.after(1, () => ranAtUs.push(loop.nowUs));
    host.pause();
    loop.after(5000, () => host.resume());
    runAll(loop);
    expect(ranAtUs).toEqual([5000]);
  });
});
