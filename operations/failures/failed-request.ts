import {
  EXPIRED,
  NO_CREDENTIALS,
  hasName,
  isDenied,
  wasAnswered,
  wordsOf,
} from "../target/aws-error";
import { Failure } from "../terminal/run";

/** What ends the advice of every failed deployment. */
export const AGAIN = "Then run the same command again: it continues from there.";

/** AWS's names for credentials that it does not know or does not accept any more. */
const REJECTED = [
  ...NO_CREDENTIALS,
  ...EXPIRED,
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidAccessKeyId",
];

/**
 * A request of a command's own to AWS or to the container engine that failed, in words and with its fix.
 * Terraform's are explained by `explainFailure`; any other error is returned as it is.
 */
export function inWords(error: unknown): unknown {
  const words = wordsOf(error);
  if (isOfEngine(error)) {
    return new Failure([
      `The container engine does not answer (${words}).`,
      `→ Start it (npx platform doctor checks that it answers). ${AGAIN}`,
    ]);
  }
  if (hasName(error, ...REJECTED)) {
    return new Failure([
      `AWS does not accept the credentials, or they have expired (${words}).`,
      `→ Log in again (npx platform doctor shows the caller). ${AGAIN}`,
    ]);
  }
  if (!isOfAws(error)) return error;
  if (!wasAnswered(error)) {
    return new Failure([
      `AWS is unreachable (${words}). What was done so far is kept.`,
      `→ Check the network and the proxy. ${AGAIN}`,
    ]);
  }
  const fix = isDenied(error)
    ? "Allow the caller that action, or use credentials that have it."
    : "npx platform doctor checks the account and the region.";
  return new Failure([`AWS refused a request (${words}).`, `→ ${fix} ${AGAIN}`]);
}

/** The AWS SDK adds this to every error of a request, answered or not. */
function isOfAws(error: unknown): boolean {
  return error instanceof Error && "$metadata" in error;
}

/** A connection to the engine's socket, the only one that has a path for an address. */
function isOfEngine(error: unknown): boolean {
  return error instanceof Error && "address" in error && String(error.address).startsWith("/");
}
