import type { FastifyInstance } from "fastify";
import type { Database } from "../database.js";
import { ProblemError } from "../http/problem-error.js";
import { statusSchema } from "../schemas/health.js";
import { problemResponses } from "../schemas/problem.js";

const healthSchema = {
  summary: "Whether the process serves",
  response: { 200: statusSchema("healthy") },
};

const readySchema = {
  summary: "Whether the service can do its work",
  response: {
    200: statusSchema("ready"),
    ...problemResponses({ 503: "The service is stopping, or the database is not there" }),
  },
};

/** Liveness and readiness. Only liveness decides whether a task lives. */
export function healthRoutes(
  app: FastifyInstance,
  database: Database | undefined,
  stopping: AbortSignal,
): void {
  // It must not look further: an outage of the database would end every task, and starting new
  // ones mends no database.
  app.get("/health", { schema: healthSchema }, (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "healthy" }),
  );
  // Not fraud-detection: without it transactions are taken all the same.
  app.get("/ready", { schema: readySchema }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    if (stopping.aborted) throw new ProblemError(503, "the service is stopping");
    if (!database) throw new ProblemError(503, "no database is configured");
    await database.check();
    return { status: "ready" };
  });
}
