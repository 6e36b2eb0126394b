import { setTimeout as sleep } from "node:timers/promises";

/** The result of a steady stream of requests. */
export interface LoadResult {
  readonly sent: number;
  /** Each request without a 200, as a sentence. */
  readonly failures: readonly string[];
}

/**
 * Sends `perSecond` requests to a URL on this machine until `finished` settles, for 10 minutes at most.
 *
 * @param headersOf asked before each request, because a token ends
 */
export async function loadDuring(
  url: string,
  perSecond: number,
  finished: Promise<unknown>,
  headersOf: () => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
): Promise<LoadResult> {
  const failures: string[] = [];
  const sent = await steadily({ perSecond, limit: 600 }, finished, () =>
    request(url, headersOf, failures),
  );
  return { sent, failures };
}

/**
 * Calls `begin` `perSecond` times a second until `finished` settles, for `limit` seconds at most;
 * returns the number of calls once all have ended.
 */
export async function steadily(
  { perSecond, limit }: { readonly perSecond: number; readonly limit: number },
  finished: Promise<unknown>,
  begin: () => Promise<void>,
): Promise<number> {
  const pending: Promise<void>[] = [];
  const ends = Date.now() + limit * 1000;
  const finish = new AbortController();
  void finished.finally(() => {
    finish.abort();
  });
  while (!finish.signal.aborted && Date.now() < ends) {
    pending.push(begin());
    await sleep(1000 / perSecond);
  }
  await Promise.all(pending);
  return pending.length;
}

async function request(
  url: string,
  headersOf: () => Promise<Readonly<Record<string, string>>>,
  failures: string[],
): Promise<void> {
  try {
    const headers = await headersOf();
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    if (response.status !== 200) failures.push(`${new Date().toISOString()} ${response.status}`);
  } catch (error) {
    failures.push(`${new Date().toISOString()} ${String(error)}`);
  }
}
