import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { createHcpApi } from "../../../../operations/checks/hcp-api";
import { checkWorkspaces } from "../../../../operations/checks/hcp-workspaces";
import { readConfig } from "../../../../project";
import { startHcp } from "../../../support/hcp/server";

/** Longer than a busy machine takes to answer its own request. */
const ANSWER_MS = 60_000;

async function problemsOf(host: string) {
  const { config } = readConfig({
    PLATFORM_BACKEND: "cloud",
    PLATFORM_HCP_ORGANIZATION: "acme",
    PLATFORM_HCP_HOSTNAME: host,
  });
  if (config.backend.kind !== "cloud") throw new Error("not in the cloud");
  const api = createHcpApi(`https://${host}/api/v2`, "a-token", ANSWER_MS);
  const result = await checkWorkspaces(api, config, config.backend);
  return "problems" in result ? result.problems : [];
}

test("a certificate that this machine does not trust is named, with both variables", async () => {
  const hcp = await startHcp();
  const [problem] = await problemsOf(hcp.host).finally(() => hcp.close());
  expect(problem?.problem).toMatch(
    /^the certificate of 127\.0\.0\.1:\d+ comes from an issuer that this machine does not trust \(\w+\)$/,
  );
  expect(problem?.fix).toMatch(/NODE_EXTRA_CA_CERTS.*SSL_CERT_FILE/);
});

test("a closed port is named, with the setting of the host", async () => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // Of a server that listens at a port.
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  expect(await problemsOf(`127.0.0.1:${port}`)).toEqual([
    {
      problem: `nothing listens at 127.0.0.1:${port} (ECONNREFUSED)`,
      fix: "start the server, or correct PLATFORM_HCP_HOSTNAME and its port",
    },
  ]);
});
