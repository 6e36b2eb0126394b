import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Account } from "./account";
import { makeCertificate } from "./certificate";
import { CONFIGURATION_VERSIONS } from "./configuration-versions";
import { type Answer, NOT_FOUND, failure, one } from "./resource";
import type { Route } from "./route";
import { RUNS } from "./runs";
import { STATE_VERSIONS } from "./state-versions";
import { WORKSPACES } from "./workspaces";

/** A server of HCP Terraform's API on this machine, with one organization, `acme`. */
export interface FakeHcp {
  /** `127.0.0.1:PORT`, as `PLATFORM_HCP_HOSTNAME` takes it. */
  readonly host: string;
  readonly url: string;
  readonly account: Account;
  /** PEM file: `SSL_CERT_FILE` for Terraform, `NODE_EXTRA_CA_CERTS` for Node.js. */
  readonly certificate: string;
  /** A CLI configuration with the token for this host; a variable cannot name its port. */
  readonly credentials: string;
  /** Every request: `GET /api/v2/ping`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** @see https://developer.hashicorp.com/terraform/internals/remote-service-discovery */
const SERVICES = Object.fromEntries(
  ["state.v2", "tfe.v2", "tfe.v2.1", "tfe.v2.2"].map((service) => [service, "/api/v2/"]),
);

const ORGANIZATION: readonly Route[] = [
  {
    method: "GET",
    path: /^\/api\/v2\/organizations\/acme$/,
    answer: () => one({ id: "acme", type: "organizations", attributes: { name: "acme" } }),
  },
  {
    method: "GET",
    path: /^\/api\/v2\/organizations\/acme\/entitlement-set$/,
    answer: () =>
      one({
        id: "org-1",
        type: "entitlement-sets",
        attributes: { operations: true, "state-storage": true },
      }),
  },
  {
    method: "GET",
    path: /^\/api\/v2\/ping$/,
    answer: () => ({
      status: 204,
      headers: { "TFP-API-Version": "2.6", "TFP-AppName": "HCP Terraform" },
    }),
  },
];

const ROUTES = [
  ...ORGANIZATION,
  ...WORKSPACES,
  ...STATE_VERSIONS,
  ...CONFIGURATION_VERSIONS,
  ...RUNS,
];

export async function startHcp(): Promise<FakeHcp> {
  const folder = mkdtempSync(path.join(tmpdir(), "hcp-"));
  const certificate = makeCertificate(folder);
  const server = createServer(certificate, (request, response) => {
    void readBody(request).then((body) => {
      const { status, headers, json, text = JSON.stringify(json) } = answerTo(hcp, request, body);
      response.writeHead(status, { "Content-Type": "application/vnd.api+json", ...headers });
      response.end(text);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // Of a server that listens at a port.
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const hcp: FakeHcp = {
    host,
    url: `https://${host}`,
    account: new Account(),
    certificate: certificate.file,
    credentials: path.join(folder, "terraform.rc"),
    requests: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true });
    },
  };
  const token = `token = "${hcp.account.token}"`;
  writeFileSync(hcp.credentials, `credentials "${host}" {\n  ${token}\n}\n`);
  return hcp;
}

function answerTo(
  hcp: FakeHcp,
  { method, headers, url = "" }: IncomingMessage,
  body: string,
): Answer {
  const { pathname, searchParams: query } = new URL(url, hcp.url);
  hcp.requests.push(`${method ?? ""} ${pathname}`);
  if (pathname === "/.well-known/terraform.json") {
    return { status: 200, json: SERVICES, headers: { "Content-Type": "application/json" } };
  }
  const { account } = hcp;
  const isApi = pathname.startsWith("/api/");
  if (isApi && headers.authorization !== `Bearer ${account.token}`)
    return failure(401, "unauthorized");
  for (const route of ROUTES) {
    const [match, ...found] = route.path.exec(pathname) ?? [];
    if (match === undefined || route.method !== method) continue;
    return route.answer({ account, url: hcp.url, found, query, body });
  }
  return NOT_FOUND;
}

/** Uploaded configurations are archives, of which only the arrival matters. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // Without an encoding, a request gives buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
