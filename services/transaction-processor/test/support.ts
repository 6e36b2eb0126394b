import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { buildApp, type AppOptions } from "../src/app.js";
import type { DatabaseSettings } from "../src/settings.js";
import { Issuer } from "./identity/issuer.js";
import { eventually } from "./wait.js";

export function body(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    accountId: randomUUID(),
    amount: 42,
    currency: "EUR",
    country: "DE",
    merchantCategory: "5411",
    card: "card-fingerprint",
    ...overrides,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Record<string, unknown>;
}

/** The application, without a socket and without its worker. Its caller is alice. */
export class TestApp {
  private constructor(
    readonly app: FastifyInstance,
    private readonly issuer: Issuer,
  ) {}

  static async build(
    database: DatabaseSettings | undefined,
    fraudDetectionUrl = "http://127.0.0.1:9",
    more: Partial<AppOptions> = {},
  ): Promise<TestApp> {
    const issuer = await Issuer.shared();
    const app = await buildApp({
      stopping: new AbortController().signal,
      ...{ database, fraudDetectionUrl, identity: issuer.settings, requestsPerMinute: 1_000_000 },
      ...more,
    });
    return new TestApp(app, issuer);
  }

  async get(url: string, caller?: string): Promise<Answer> {
    return this.#answer({ method: "GET", url }, caller);
  }

  async put(url: string, payload: unknown, caller?: string): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    return this.#answer({ method: "PUT", url, headers, payload: JSON.stringify(payload) }, caller);
  }

  async close(accountId: string, caller?: string): Promise<Answer> {
    return this.#answer({ method: "POST", url: `/v1/accounts/${accountId}/close` }, caller);
  }

  async post(payload: unknown, key: string = randomUUID(), caller?: string): Promise<Answer> {
    const headers = { "idempotency-key": key, "content-type": "application/json" };
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    const request = { method: "POST", url: "/v1/transactions", headers, payload: text } as const;
    return this.#answer(request, caller);
  }

  /** A new account of the caller. */
  async account(currency = "EUR", caller?: string): Promise<string> {
    const id = randomUUID();
    // Again after a 503: on a busy machine one of the service's limits may pass.
    await eventually(async () => {
      const { status } = await this.put(`/v1/accounts/${id}`, { currency }, caller);
      if (![200, 201, 503].includes(status)) throw new Error(`no account is opened: ${status}`);
      return status !== 503;
    });
    return id;
  }

  /** A transaction that its account takes, and of a new account unless one is given. */
  async body(overrides: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return body({ accountId: overrides["accountId"] ?? (await this.account()), ...overrides });
  }

  async #answer(
    request: {
      readonly method: "GET" | "POST" | "PUT";
      readonly url: string;
      readonly headers?: Record<string, string>;
      readonly payload?: string;
    },
    caller?: string,
  ): Promise<Answer> {
    const authorization = await this.issuer.authorization(caller);
    const headers = { authorization, ...request.headers };
    const response = await this.app.inject({ ...request, headers });
    return {
      status: response.statusCode,
      headers: response.headers,
      json: response.json<Record<string, unknown>>(),
    };
  }

  async end(): Promise<void> {
    await this.app.close();
  }
}
