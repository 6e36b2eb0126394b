/** Whether AWS knows the caller and does not let it ask. */
export function isDenied(error: unknown): boolean {
  return hasName(error, "AccessDenied", "AccessDeniedException", "UnauthorizedOperation");
}

/** Whether an error bears one of these names: the codes of AWS, or the SDK's own. */
export function hasName(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Whether a service has answered at all; if not, the way to it is at fault. */
export function wasAnswered(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { $metadata } = error;
  return typeof $metadata === "object" && $metadata !== null && "httpStatusCode" in $metadata;
}

/** Name and message; a refused connection has a code and no message. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const name = "code" in error ? String(error.code) : error.name;
  return error.message ? `${name}: ${error.message}` : name;
}
