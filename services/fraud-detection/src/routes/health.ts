import type { FastifyInstance } from "fastify";
import { ProblemError } from "../http/problem-error.js";
import { statusSchema } from "../schemas/health.js";
import { problemResponses } from "../schemas/problem.js";

const healthSchema = {
  summary: "Whether the process serves",
  response: { 200: statusSchema("healthy") },
};

const readySchema = {
  summary: "Whether the service takes new work",
  response: {
    200: statusSchema("ready"),
    ...problemResponses({ 503: "The service is stopping" }),
  },
};

/** Liveness and readiness. Only liveness decides whether a task lives. */
export function healthRoutes(app: FastifyInstance, stopping: AbortSignal): void {
  app.get("/health", { schema: healthSchema }, (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "healthy" }),
  );
  app.get("/ready", { schema: readySchema }, (_request, reply) => {
    reply.header("cache-control", "no-store");
    if (stopping.aborted) throw new ProblemError(503, "the service is stopping");
    return reply.send({ status: "ready" });
  });
}
