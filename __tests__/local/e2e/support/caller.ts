import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { issueToken } from "../../../../operations/identity/token";
import { createIdentityClients } from "../../../../operations/identity/user-pool";
import { readConfig } from "../../../../project";
import { ORIGIN, client } from "./local-aws";
import { PORT, SUFFIX } from "./checkout";

/** A token is replaced when it has this long left: longer than any request takes. */
const MARGIN_MS = 120_000;

/** The services count a caller's requests by the minute. */
const RATE_MS = 60_000;

/** A user of the environment under test, whose requests carry a valid token. */
export class Caller {
  private token: Promise<string> | undefined;
  private ends = 0;

  constructor(private readonly user: string) {}

  /** The headers of a request by this user. */
  async headers(): Promise<Record<string, string>> {
    if (this.token === undefined || Date.now() > this.ends - MARGIN_MS) {
      // Until it is known how long the new one is valid, nobody asks for another.
      this.ends = Infinity;
      this.token = this.newToken();
      // One that could not be issued is asked for again.
      this.token.catch(() => (this.token = undefined));
    }
    return { Authorization: `Bearer ${await this.token}` };
  }

  private async newToken(): Promise<string> {
    const { token, seconds } = await issueToken(createIdentityClients(client), config, this.user);
    this.ends = Date.now() + seconds * 1000;
    return token;
  }

  /** Requests a path of the platform. */
  async fetch(path: string, request: RequestInit = {}): Promise<Response> {
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(await this.headers())) headers.set(name, value);
    return fetch(ORIGIN + path, { ...request, headers });
  }

  /** Comes again when it is told to, after a load has used up what a caller may send in a minute. */
  async patiently(path: string, request: RequestInit = {}): Promise<Response> {
    const ends = Date.now() + RATE_MS;
    for (;;) {
      const response = await this.fetch(path, { ...request, signal: AbortSignal.timeout(10_000) });
      if (response.status !== 429 || Date.now() > ends) return response;
      await response.text();
      await sleep(1000 * Number(response.headers.get("retry-after") ?? 1));
    }
  }
}

const { config } = readConfig({
  PLATFORM_SUFFIX: SUFFIX,
  PLATFORM_REGISTRY: `http://127.0.0.1:${PORT}`,
});

/** Opens an account in US dollars, and returns its id. */
export async function openAccount(caller: Caller): Promise<string> {
  const response = await caller.patiently("/accounts", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ owner: "Load", currency: "USD" }),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`POST /accounts: ${response.status} ${text}`);
  // A 201 is the service's own answer, whose form its own tests assert.
  return (JSON.parse(text) as { id: string }).id;
}
