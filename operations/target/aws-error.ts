/** The errors that the SDK throws when it has no credentials. */
export const NO_CREDENTIALS = ["CredentialsProviderError", "TokenProviderError"] as const;

/** AWS's names for credentials that were valid. */
export const EXPIRED = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"] as const;

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

/** Whether a service answered at all; if not, the network is at fault. */
export function wasAnswered(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { $metadata } = error;
  return typeof $metadata === "object" && $metadata !== null && "httpStatusCode" in $metadata;
}

/** The error's name and message; a refused connection has only a code. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A time-out of the runtime's own has a number there.
  const name = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message ? `${name}: ${error.message}` : name;
}
