import { expect, test } from "vitest";
import { HcpRefusal } from "../../../../operations/checks/hcp-api";
import { hcpProblem } from "../../../../operations/checks/hcp-problem";

const HOST = "tfe.acme.com";
const NETWORK = "check the network, the proxy and PLATFORM_HCP_HOSTNAME";

/** What `fetch` throws: its reason is in the cause. */
function unanswered(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

test.each<[string, unknown, string, string]>([
  [
    "refuses the token",
    new HcpRefusal(401),
    `${HOST} does not accept the token`,
    `terraform login ${HOST}, or correct TF_TOKEN_tfe_acme_com`,
  ],
  [
    "limits requests",
    new HcpRefusal(429),
    `${HOST} limits how often this token may ask, and refused to answer for now (429)`,
    "wait a minute, then run the same command again",
  ],
  [
    "is another server",
    new HcpRefusal(502),
    `${HOST} does not answer as HCP Terraform does (502)`,
    NETWORK,
  ],
  [
    "is silent",
    new DOMException("The operation was aborted", "TimeoutError"),
    `${HOST} does not answer in time`,
    NETWORK,
  ],
  [
    "has a certificate of its own",
    unanswered("DEPTH_ZERO_SELF_SIGNED_CERT"),
    `the certificate of ${HOST} comes from an issuer that this machine does not trust (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    "export NODE_EXTRA_CA_CERTS=ca.pem for this program and SSL_CERT_FILE=ca.pem for Terraform (on macOS: its keychain), with the issuer's certificate in ca.pem",
  ],
  ...["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"].map(
    (code): [string, Error, string, string] => [
      `has a bad certificate, ${code}`,
      unanswered(code),
      `the certificate of ${HOST} has expired or is another host's (${code})`,
      "renew it there, or correct PLATFORM_HCP_HOSTNAME",
    ],
  ),
  [
    "is not running",
    unanswered("ECONNREFUSED"),
    `nothing listens at ${HOST} (ECONNREFUSED)`,
    "start the server, or correct PLATFORM_HCP_HOSTNAME and its port",
  ],
  ...["ENOTFOUND", "EAI_AGAIN"].map((code): [string, Error, string, string] => [
    `has no address, ${code}`,
    unanswered(code),
    `DNS does not know ${HOST} (${code})`,
    "correct PLATFORM_HCP_HOSTNAME, or check the network",
  ]),
  [
    "resets the connection",
    unanswered("ECONNRESET"),
    `${HOST} is unreachable (ECONNRESET)`,
    NETWORK,
  ],
  [
    "fails without a code",
    new TypeError("fetch failed", { cause: new Error("other side closed") }),
    `${HOST} is unreachable (TypeError: fetch failed)`,
    NETWORK,
  ],
  ["fails with something else", "no", `${HOST} is unreachable (no)`, NETWORK],
])("a host that %s has a problem and a fix of its own", (_, error, problem, fix) => {
  expect(hcpProblem(error, HOST)).toEqual({ problem, fix });
});

test("no variable is suggested for a host with a port, which has none", () => {
  expect(hcpProblem(new HcpRefusal(401), `${HOST}:8443`).fix).toBe(`terraform login ${HOST}:8443`);
});
