import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Probes ask every few seconds; only their failures are worth a line. */
const PROBES = new Set(["/health", "/ready"]);

/** One line for each request; its id is on all its lines and goes back to the caller. */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
}

export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { url: route } = request.routeOptions;
  const line = {
    method: request.method,
    // The pattern, for grouping; the path only where there is none, and never the query.
    route: route ?? request.url.split("?", 1)[0],
    status: reply.statusCode,
    // Who called, for support; never the token.
    caller: request.caller,
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
  };
  const quiet = route !== undefined && PROBES.has(route) && reply.statusCode < 500;
  request.log[quiet ? "debug" : "info"](line, "request");
}
