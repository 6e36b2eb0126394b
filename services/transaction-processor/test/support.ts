import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { buildApp, type AppOptions } from "../src/app.js";
import type { DatabaseSettings } from "../src/settings.js";

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

/** The application, without a socket and without its worker. */
export class TestApp {
  private constructor(readonly app: FastifyInstance) {}

  static async build(
    database: DatabaseSettings | undefined,
    fraudDetectionUrl = "http://127.0.0.1:9",
    more: Partial<AppOptions> = {},
  ): Promise<TestApp> {
    const stopping = new AbortController().signal;
    return new TestApp(await buildApp({ stopping, database, fraudDetectionUrl, ...more }));
  }

  async get(url: string): Promise<Answer> {
    return this.#answer({ method: "GET", url });
  }

  async post(payload: unknown, key: string = randomUUID()): Promise<Answer> {
    const headers = { "idempotency-key": key, "content-type": "application/json" };
    return this.#answer({
      method: "POST",
      url: "/v1/transactions",
      headers,
      payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    });
  }

  async #answer(request: {
    method: "GET" | "POST";
    url: string;
    headers?: Record<string, string>;
    payload?: string;
  }): Promise<Answer> {
    const response = await this.app.inject(request);
    return {
      status: response.statusCode,
      headers: response.headers,
      json: response.json<Record<string, unknown>>(),
    };
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
