import { expect, test } from "vitest";
import { brokerId } from "../../../model/ids.ts";
import { BrokerProcess } from "./broker-process.ts";

type Answer = () => Promise<unknown>;

/** A container that notes what it is told, and answers at once unless told otherwise. */
class FakeContainer {
  readonly told: string[] = [];
  readonly answers = new Map<string, Answer>();
  isRunning = true;

  kill({ signal }: { readonly signal: string }): Promise<unknown> {
    return this.tell(signal);
  }

  wait(): Promise<unknown> {
    return this.tell("wait");
  }

  start(): Promise<unknown> {
    this.isRunning = true;
    return this.tell("start");
  }

  pause(): Promise<unknown> {
    return this.tell("pause");
  }

  unpause(): Promise<unknown> {
    return this.tell("unpause");
  }

  inspect(): Promise<unknown> {
    return Promise.resolve({ State: { Running: this.isRunning } });
  }

  private tell(what: string): Promise<unknown> {
    this.told.push(what);
    return this.answers.get(what)?.() ?? Promise.resolve();
  }
}

function brokerIn(container: FakeContainer): BrokerProcess {
  return new BrokerProcess(brokerId(1), 20_001, container as unknown as ConstructorParameters<typeof BrokerProcess>[2]);
}

const never: Answer = () => new Promise(() => undefined);
const refusal =
  (statusCode: number): Answer =>
  () =>
    Promise.reject(Object.assign(new Error("no"), { statusCode }));

test("the state is what it was told last; what was asked for is done one thing after the other", async () => {
  const container = new FakeContainer();
  const broker = brokerIn(container);
  broker.kill();
  expect(broker.state).toBe("down");
  broker.start();
  broker.pause();
  expect(broker.state).toBe("paused");
  broker.resume();
  expect(broker.state).toBe("up");
  await broker.whenDone();
  expect(container.told).toEqual(["SIGKILL", "wait", "start", "pause", "unpause"]);
});

test("a shutdown that takes its time is not waited for before the next fault, a kill is", async () => {
  const container = new FakeContainer();
  container.answers.set("wait", never);
  const stopping = brokerIn(container);
  stopping.stop();
  await stopping.whenHit();
  const killed = brokerIn(container);
  killed.kill();
  expect(await Promise.race([killed.whenHit().then(() => "hit"), Promise.resolve("waiting")])).toBe("waiting");
});

test.each([304, 409])("that a container is in the state already (%i) is not an error", async (statusCode) => {
  const container = new FakeContainer();
  container.answers.set("SIGKILL", refusal(statusCode));
  const broker = brokerIn(container);
  broker.kill();
  await expect(broker.whenDone()).resolves.toBeUndefined();
});

test("what the engine cannot do is said once, and what comes next is done all the same", async () => {
  const container = new FakeContainer();
  container.answers.set("pause", refusal(500));
  const broker = brokerIn(container);
  broker.pause();
  broker.resume();
  await expect(broker.whenDone()).rejects.toMatchObject({
    code: "KAFKA_CLUSTER_LOST",
    message: "the Docker engine could not have broker 1 paused: Error: no",
  });
  await expect(broker.whenDone()).resolves.toBeUndefined();
  expect(container.told).toEqual(["pause", "unpause"]);
});

test("a start is tried again: the port may be somebody else's for a moment", async () => {
  const container = new FakeContainer();
  let tries = 0;
  container.answers.set("start", () => (++tries < 2 ? refusal(500)() : Promise.resolve()));
  const broker = brokerIn(container);
  broker.start();
  await broker.whenDone();
  expect(tries).toBe(2);
});

test("a process that has ended by itself is brought back, one that was told to be down is not", async () => {
  const container = new FakeContainer();
  const broker = brokerIn(container);
  expect(await broker.revive()).toBe(false);
  container.isRunning = false;
  expect(await broker.revive()).toBe(true);
  expect(container.told).toEqual(["start"]);
  broker.kill();
  container.isRunning = false;
  expect(await broker.revive()).toBe(false);
});
