/**
 * Whether a web address answers at all, whatever its status, within the limit. Never throws: a name
 * that does not resolve, a refused connection and silence are all a plain no.
 */
export async function answers(url: string, withinMs: number): Promise<boolean> {
  try {
    await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(withinMs),
    });
    return true;
  } catch {
    return false;
  }
}

/** A host that did not answer, or stopped answering: the caller may have another way. */
export class Unreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`${new URL(url).host} cannot be reached: ${reason(cause)}`, { cause });
    this.name = "Unreachable";
  }
}

/** The innermost reason: Node's `fetch` hides it behind "fetch failed". */
function reason(cause: unknown): string {
  // Not `instanceof Error`: what an aborted request throws is none.
  if (typeof cause !== "object" || cause === null || !("message" in cause)) return String(cause);
  if ("cause" in cause && cause.cause !== undefined) return reason(cause.cause);
  const aborted = "name" in cause && /^(Abort|Timeout)Error$/.test(String(cause.name));
  return aborted ? "no answer in time" : String(cause.message);
}
