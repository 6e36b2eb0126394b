import { setTimeout as sleep } from "node:timers/promises";

/** What came back of a steady stream of requests. */
export interface LoadResult {
  readonly sent: number;
  /** Each request that got no 200, as a sentence. */
  readonly failures: readonly string[];
}

/** Sends `perSecond` requests to a URL on this machine until `finished` settles, for 10 minutes at most. */
export async function loadDuring(
  url: string,
  perSecond: number,
  finished: Promise<unknown>,
): Promise<LoadResult> {
  const failures: string[] = [];
  const pending: Promise<void>[] = [];
  const ends = Date.now() + 600_000;
  const finish = new AbortController();
  void finished.finally(() => {
    finish.abort();
  });
  while (!finish.signal.aborted && Date.now() < ends) {
    pending.push(request(url, failures));
    await sleep(1000 / perSecond);
  }
  await Promise.all(pending);
  return { sent: pending.length, failures };
}

async function request(url: string, failures: string[]): Promise<void> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    if (response.status !== 200) failures.push(`${new Date().toISOString()} ${response.status}`);
  } catch (error) {
    failures.push(`${new Date().toISOString()} ${String(error)}`);
  }
}
