import { createServer } from "node:net";

/**
 * Where ports are looked for. Systems give the ports above to outgoing connections, and while a broker is down its port is
 * free: the next client to connect anywhere could get it, and the broker could not start again.
 */
const portMin = 20_000;
const portMax = 32_000;
const triesMax = 1000;

/** Ports of the loopback address that nobody listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries >= triesMax) throw new Error(`no ${count} free ports found between ${portMin} and ${portMax}`);
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
