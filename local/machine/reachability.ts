/**
 * Whether a URL answers within the limit, with any status. Never throws: an unresolved name, a
 * refused connection and a timeout all return false.
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

/** A host that did not answer or stopped answering. The caller may fall back to another source. */
export class Unreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`${new URL(url).host} cannot be reached: ${reason(cause)}`, { cause });
    this.name = "Unreachable";
  }
}

/** The innermost cause, which Node's `fetch` hides behind "fetch failed". */
function reason(cause: unknown): string {
  // Not `instanceof Error`: an aborted request throws something else.
  if (typeof cause !== "object" || cause === null || !("message" in cause)) return String(cause);
  if ("cause" in cause && cause.cause !== undefined) return reason(cause.cause);
  const aborted = "name" in cause && /^(Abort|Timeout)Error$/.test(String(cause.name));
  return aborted ? "no answer in time" : String(cause.message);
}
