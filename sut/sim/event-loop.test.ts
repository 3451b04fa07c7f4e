import fc from "fast-check";
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

  test("of soon and of later are in one order, also those that others schedule and those of a machine whose clock jumps", () => {
    const delay = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 9990, max: 10_010 }), fc.nat({ max: 2_000_000 }));
    const task = fc.record({ delayUs: delay, thenUs: fc.option(delay, { nil: undefined }), isHosts: fc.boolean() });
    const check = fc.property(fc.array(task, { maxLength: 40 }), fc.nat({ max: 1_000_000 }), (tasks, jumpUs) => {
      const loop = new EventLoop();
      const host = new Host("broker-1", loop);
      host.start();
      const ran: number[] = [];
      /** What has to run: when it is due, and how many were scheduled before it. */
      const expected: { readonly name: number; readonly dueUs: number; readonly order: number }[] = [];
      let names = 0;
      const schedule = (delayUs: number, owner: Host | undefined, thenUs?: number): void => {
        const name = names++;
        const isHastened = owner !== undefined && loop.nowUs === 0;
        const dueUs = loop.nowUs + (isHastened ? Math.max(0, delayUs - jumpUs) : delayUs);
        expected.push({ name, dueUs, order: name });
        loop.after(
          delayUs,
          () => {
            ran.push(name);
            if (thenUs !== undefined) schedule(thenUs, undefined);
          },
          owner,
        );
      };
      for (const { delayUs, thenUs } of tasks.filter(({ isHosts }) => !isHosts)) schedule(delayUs, undefined, thenUs);
      for (const { delayUs, thenUs } of tasks.filter(({ isHosts }) => isHosts).toSorted((l, r) => l.delayUs - r.delayUs))
        schedule(delayUs, host, thenUs);
      host.jumpClock(jumpUs);
      runAll(loop);
      const inOrder = expected.toSorted((left, right) => left.dueUs - right.dueUs || left.order - right.order);
      expect(ran).toEqual(inOrder.map(({ name }) => name));
    });
    fc.assert(check, { seed: 7, numRuns: 300 });
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
    loop.after(-50, () => undefined);
    expect(loop.step(100)).toBe(true);
    expect(loop.nowUs).toBe(100);
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
