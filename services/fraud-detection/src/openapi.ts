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

const ACCESS_TOKEN = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description: "An access token of the platform's identity provider",
} as const;

/** Serves the description of all routes that are added after this one. */
export async function serveOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "fraud-detection", version: about.version, description: about.description },
      components: { securitySchemes: { bearer: { ...ACCESS_TOKEN } } },
    },
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}
