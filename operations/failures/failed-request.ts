import {
  EXPIRED,
  NO_CREDENTIALS,
  hasName,
  isDenied,
  isUnreadable,
  wasAnswered,
  wordsOf,
} from "../target/aws-error";
import { UNTRUSTED_ISSUER, hasCode } from "../target/error-code";
import { Failure } from "../terminal/run";

/** What ends the advice of every failed deployment. */
export const AGAIN = "Then run the same command again: it continues from there.";

/** The same, as the first sentence of an advice. */
export const RUN_AGAIN = AGAIN.replace("Then run", "Run");

/** What is wrong where a proxy, or the login page of a network, answers a request to AWS. */
export const NOT_AWS = "What answers in AWS's place is not AWS";

export const CHECK_PROXY =
  "Check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL, and whether the network wants a login.";

/** AWS's names for credentials that it does not know or does not accept any more. */
const REJECTED = [
  ...NO_CREDENTIALS,
  ...EXPIRED,
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
];

/** AWS's names for requests that come too fast. */
const THROTTLED = [
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "PriorRequestNotComplete",
  "SlowDown",
];

/** AWS's names for a signature that does not fit; a wrong clock gives each of them. */
const UNSIGNED = [
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "RequestInTheFuture",
];

/**
 * A request of a command's own to AWS or to the container engine that failed, in words and with its fix.
 * Terraform's are explained by `explainFailure`; any other error is returned as it is.
 */
export function inWords(error: unknown): unknown {
  const said = isOfEngine(error) || isAnswerOfEngine(error) ? ofEngine(error) : ofAws(error);
  if (!said) return error;
  const [problem, fix] = said;
  return new Failure([`${problem} (${wordsOf(error)}).`, `→ ${fix} ${AGAIN}`]);
}

/** The problem and its fix. */
type Advice = readonly [problem: string, fix: string];

function ofEngine(error: unknown): Advice {
  if (!isAnswerOfEngine(error)) {
    return [
      "The container engine does not answer",
      "Start it (npx platform doctor checks that it answers).",
    ];
  }
  if (/no space left on device/i.test(wordsOf(error))) {
    return [
      "The container engine's disk is full",
      "docker system df shows what uses it; docker builder prune removes the build cache.",
    ];
  }
  return ["The container engine refused a request", "Its log says more: journalctl -u docker."];
}

function ofAws(error: unknown): Advice | undefined {
  if (hasName(error, ...REJECTED)) {
    return [
      "AWS does not accept the credentials, or they have expired",
      "Log in again (npx platform doctor shows the caller).",
    ];
  }
  if (!isOfAws(error)) return undefined;
  if (hasCode(error, ...UNTRUSTED_ISSUER)) {
    return [
      "AWS is behind a proxy whose certificate this machine does not trust",
      "export NODE_EXTRA_CA_CERTS=/path/to/the-proxys-ca.pem (and AWS_CA_BUNDLE, for Terraform).",
    ];
  }
  if (isUnreadable(error)) return [NOT_AWS, CHECK_PROXY];
  if (!wasAnswered(error)) {
    return ["AWS is unreachable", "What was done so far is kept. Check the network and the proxy."];
  }
  return [refusal(error), fixOf(error)];
}

function refusal(error: unknown): string {
  if (hasName(error, ...THROTTLED)) return "AWS throttles the account's requests";
  if (hasName(error, ...UNSIGNED)) return "AWS does not accept the signature of a request";
  return "AWS refused a request";
}

function fixOf(error: unknown): string {
  if (hasName(error, ...THROTTLED)) return "Wait a minute.";
  if (hasName(error, ...UNSIGNED)) {
    return "Correct the clock (sudo timedatectl set-ntp true; compare date -u), or the secret key.";
  }
  if (hasName(error, "OptInRequired")) {
    return "aws account enable-region --region-name REGION, or set PLATFORM_REGION to another.";
  }
  return isDenied(error)
    ? "Allow the caller that action, or use credentials that have it."
    : "npx platform doctor checks the account and the region.";
}

/** The AWS SDK adds this to every error of a request, answered or not. */
function isOfAws(error: unknown): boolean {
  return error instanceof Error && "$metadata" in error;
}

/** A connection to the engine's socket, the only one that has a path for an address. */
function isOfEngine(error: unknown): boolean {
  return error instanceof Error && "address" in error && String(error.address).startsWith("/");
}

/** An answer that reports an error, as dockerode throws it. */
function isAnswerOfEngine(error: unknown): boolean {
  return error instanceof Error && "statusCode" in error && "reason" in error && "json" in error;
}
