/** The errors that the SDK throws when it has no credentials. */
export const NO_CREDENTIALS = ["CredentialsProviderError", "TokenProviderError"] as const;

/** AWS's names for credentials that were valid. */
export const EXPIRED = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"] as const;

/** The SDK's names for an error of which the answer has nothing but its status. */
const NAMELESS: readonly string[] = ["Unknown", "UnknownError"];

/** Whether AWS recognises the caller but denies the request. */
export function isDenied(error: unknown): boolean {
  return hasName(error, "AccessDenied", "AccessDeniedException", "UnauthorizedOperation");
}

/** Whether AWS answers that requests come too fast. */
export function isThrottled(error: unknown): boolean {
  return hasName(error, "ThrottlingException", "Throttling", "TooManyRequestsException");
}

/** Whether an error has one of these names: AWS error codes, or the SDK's own. */
export function hasName(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Whether AWS answered at all; if not, the network is at fault, or a proxy that answered in its place. */
export function wasAnswered(error: unknown): boolean {
  return statusOf(error) !== undefined && !isUnreadable(error);
}

/** Whether an answer came that is none of AWS's, such as the page of a proxy. */
export function isUnreadable(error: unknown): boolean {
  // The SDK's words below those of its parser.
  return error instanceof Error && /^\s*Deserialization error: /m.test(error.message);
}

/** The status of an answer; `undefined` for an error without one. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { $metadata } = error;
  if (typeof $metadata !== "object" || $metadata === null || !("httpStatusCode" in $metadata))
    return undefined;
  return Number($metadata.httpStatusCode);
}

/** The error's name and message; a refused connection has only a code, and an answer without words a status. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = statusOf(error) ?? "unknown";
  if (isUnreadable(error)) return `HTTP ${status}: ${error.message.split("\n", 1).join("")}`;
  if (NAMELESS.includes(error.name)) return `HTTP ${status} without a reason`;
  // A time-out of the runtime's own has a number there.
  const name = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message ? `${name}: ${error.message}` : name;
}
