import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nobody listens on. Not one of those that the system gives out by itself, to whoever
 * connects: such a one could be taken again before it is used, or while its server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = once(server, "listening").then(
      () => true,
      () => false,
    );
    server.listen(port);
    if (!(await free)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
