import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

export const REPOSITORY = "acme/platform";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers as GitHub does: JSON by path, 404 for all others, 401 for another token. */
export async function startGithub(answers: Readonly<Record<string, unknown>>) {
  const server = createServer(({ url = "", headers }, response) => {
    const path = url.replace(`/repos/${REPOSITORY}`, "");
    const known =
      headers.authorization === "Bearer right" &&
      headers.accept === "application/vnd.github+json" &&
      headers["x-github-api-version"] === "2022-11-28";
    const answer = answers[path];
    response.writeHead(!known ? 401 : answer === undefined ? 404 : 200);
    response.end(known ? JSON.stringify(answer ?? {}) : "Bad credentials");
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // A server that listens on a port has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
