import { Writable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { TestContext } from "vitest";
import { buildApp, type AppOptions } from "../../src/app.js";
import { Issuer } from "../identity/issuer.js";
import { loggerOptions } from "../../src/logger.js";

type Line = Record<string, unknown>;

export interface Service {
  readonly app: FastifyInstance;
  /** What it has logged. */
  readonly lines: Line[];
  readonly stop: () => void;
}

/** The application, ready for `inject`, closed after the test. */
export async function service(
  test: TestContext,
  {
    level = "info",
    ...options
  }: { level?: string } & Partial<Pick<AppOptions, "rules" | "requestsPerMinute">> = {},
): Promise<Service> {
  const lines: Line[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // A line of the log is an object: that is what is tested.
      lines.push(JSON.parse(chunk.toString()) as Line);
      done();
    },
  });
  const stop = new AbortController();
  const logger = { ...loggerOptions(level), stream };
  const { settings: identity } = await Issuer.shared();
  const app = await buildApp({
    ...{ identity, requestsPerMinute: 1_000_000, ...options },
    ...{ logger, stopping: stop.signal },
  });
  test.onTestFinished(() => app.close());
  return {
    app,
    lines,
    stop: () => {
      stop.abort();
    },
  };
}

export function post(app: FastifyInstance, body: unknown, headers: Record<string, string> = {}) {
  return app.inject({
    method: "POST",
    url: "/v1/score",
    headers: { "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}
