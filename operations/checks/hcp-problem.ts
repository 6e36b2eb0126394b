import { hasName, wordsOf } from "../target/aws-error";
import { UNTRUSTED_ISSUER } from "../target/error-code";
import type { Problem } from "./check";
import { HcpRefusal } from "./hcp-api";
import { tokenVariable } from "./hcp-token";

const NETWORK = "check the network, the proxy and PLATFORM_HCP_HOSTNAME";

/** Why HCP Terraform did not answer a question, and the fix. */
export function hcpProblem(error: unknown, hostname: string): Problem {
  if (error instanceof HcpRefusal) return refusalProblem(error, hostname);
  if (hasName(error, "TimeoutError")) {
    return { problem: `${hostname} does not answer in time`, fix: NETWORK };
  }
  return connectionProblem(codeOf(error), error, hostname);
}

function refusalProblem({ status }: HcpRefusal, hostname: string): Problem {
  switch (status) {
    case 401: {
      const variable = tokenVariable(hostname);
      const other = variable === undefined ? "" : `, or correct ${variable}`;
      return {
        problem: `${hostname} does not accept the token`,
        fix: `terraform login ${hostname}${other}`,
      };
    }
    case 429:
      return {
        problem: `${hostname} limits how often this token may ask, and refused to answer for now (429)`,
        fix: "wait a minute, then run the same command again",
      };
    default:
      return {
        problem: `${hostname} does not answer as HCP Terraform does (${status})`,
        fix: NETWORK,
      };
  }
}

function connectionProblem(code: string, error: unknown, hostname: string): Problem {
  if (UNTRUSTED_ISSUER.includes(code)) {
    return {
      problem: `the certificate of ${hostname} comes from an issuer that this machine does not trust (${code})`,
      fix: "export NODE_EXTRA_CA_CERTS=ca.pem for this program and SSL_CERT_FILE=ca.pem for Terraform (on macOS: its keychain), with the issuer's certificate in ca.pem",
    };
  }
  switch (code) {
    case "CERT_HAS_EXPIRED":
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        problem: `the certificate of ${hostname} has expired or is another host's (${code})`,
        fix: "renew it there, or correct PLATFORM_HCP_HOSTNAME",
      };
    case "ECONNREFUSED":
      return {
        problem: `nothing listens at ${hostname} (${code})`,
        fix: "start the server, or correct PLATFORM_HCP_HOSTNAME and its port",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        problem: `DNS does not know ${hostname} (${code})`,
        fix: "correct PLATFORM_HCP_HOSTNAME, or check the network",
      };
    default:
      return {
        problem: `${hostname} is unreachable (${code || wordsOf(error)})`,
        fix: NETWORK,
      };
  }
}

/** `fetch` fails with the same words for everything; the reason is in its cause. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}
