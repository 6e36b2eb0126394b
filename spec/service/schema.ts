import * as z from "zod/mini";
import { type Refuses, entry, given, isObject, readEntries, rule, text } from "../schema";
import { build } from "./build-schema";
import { command } from "./command";
import { files } from "./files";
import { limits } from "./limits";
import type { DatabaseChoice, HealthCheck, ServiceSpec, Services } from "./spec";
import { permissions } from "./permissions-schema";
import { scaling } from "./scaling-schema";
import { size } from "./tasks";
import { variables } from "./variable";

const healthCheck = entry<HealthCheck>()('a path such as "/health", or { path, command }', {
  path: rule<string>(
    "a path that starts with / and has only visible ASCII characters, at most 1024, such as /health",
    (value) => typeof value === "string" && /^\/[!-~]{0,1023}$/.test(value),
  ),
  command: z.exactOptional(command),
});

const health = z.pipe(
  z.transform((value: unknown) => (typeof value === "string" ? { path: value } : value)),
  healthCheck,
  // Only its problems are read: a path alone has those of the longer form.
) as unknown as z.ZodMiniType<string | HealthCheck>;

const database = entry<DatabaseChoice>()("{ name } of a database", {
  name: z.exactOptional(text("the name of a database")),
});

const calls = z.array(text("the name of a service"), {
  error: ({ input }) =>
    `${given(input)}; it must be a list of services${typeof input === "string" ? `: [${JSON.stringify(input)}]` : ""}`,
});

const shape = {
  port: rule<number>(
    "a whole number from 1 to 65535",
    (port) => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535,
  ),
  health,
  path: z.exactOptional(
    text('a public path such as "/orders"; leave it out for a private service'),
  ),
  size,
  scaling: z.exactOptional(scaling),
  calls: z.exactOptional(z.readonly(calls)),
  database: z.exactOptional(
    z.union([z.boolean(), database], {
      error: ({ input }) => `${given(input)}; it must be true, false or { name: "…" }`,
    }),
  ),
  migrate: z.exactOptional(command),
  environment: z.exactOptional(variables),
  build: z.exactOptional(build),
  limits: z.exactOptional(limits),
  files: z.exactOptional(files),
  permissions: z.exactOptional(permissions),
};

const service = entry<ServiceSpec>()(
  'a service: { port: 8000, health: "/health", size: { … } }',
  shape,
);

/** Stands in for what is missing or wrong in a service; no rule refuses it. */
const STAND_IN: ServiceSpec = {
  port: 8000,
  health: "/",
  size: { cpu: 256, memory: 512 },
};

/**
 * Checks the shape of the catalogue. Returns every problem, and the services: of one with problems, the
 * words that are right, and which ones are not.
 */
export function readServices(catalogue: unknown): {
  services: Services;
  problems: string[];
  refuses: Refuses;
} {
  if (!isObject(catalogue)) {
    const allowed = "an object with each service by its name: defineServices({ orders: { … } })";
    return {
      services: {},
      problems: [`the catalogue ${given(catalogue)}; it must be ${allowed}`],
      refuses: () => true,
    };
  }
  const { entries, ...rest } = readEntries(service, shape, catalogue, STAND_IN);
  return { services: entries, ...rest };
}
