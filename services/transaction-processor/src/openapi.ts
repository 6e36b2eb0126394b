import { readFileSync } from "node:fs";
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";

interface Package {
  readonly version: string;
  readonly description: string;
}

// Parsed JSON is `any`; the file is the service's own.
const about = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as Package;

/** Also below the public path, which is all that the load balancer sends here. */
const ADDRESSES = ["/openapi.json", "/v1/transactions/openapi.json"];

const ACCESS_TOKEN = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description: "An access token of the platform's identity provider",
} as const;

/** What a route's `security` says that acts for a caller. */
export const BEARER = [{ bearer: [] }];

/** Serves the description of all routes that are added after this one. */
export async function serveOpenApi(app: FastifyInstance): Promise<void> {
  const { version, description } = about;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "transaction-processor", version, description },
      components: { securitySchemes: { bearer: { ...ACCESS_TOKEN } } },
    },
  });
  for (const address of ADDRESSES) {
    app.get(address, { schema: { hide: true } }, () => app.swagger());
  }
}
