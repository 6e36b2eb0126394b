import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "./http/problem-error.js";
import type { Problem } from "./schemas/problem.js";
import { wrongFields } from "./wrong-fields.js";

/** A problem of a kind that the status alone tells, hence `about:blank`. */
export function problem(status: number, detail: string, errors?: Problem["errors"]): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail, ...(errors && { errors }) };
}

function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  // As bytes: to anything else Fastify adds a charset, which this media type does not have.
  const bytes = Buffer.from(JSON.stringify(body));
  return reply.code(body.status).type("application/problem+json").send(bytes);
}

/** Every error as application/problem+json (RFC 9457), in one place for the whole application. */
export function answerErrorsAsProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  answerUnmatchedRequests(app);
}

export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof ProblemError) {
    const { status, message, headers, more } = error;
    return sendProblem(reply.headers(headers), problem(status, message, more.errors));
  }
  if (error.validation) {
    const errors = wrongFields(error.validation);
    return sendProblem(reply, problem(400, "the request does not follow the schema", errors));
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return sendProblem(reply, problem(status, detailOf(status, error, request)));
  }
  request.log.error(error);
  return sendProblem(reply, problem(500, "the service failed; its log says why"));
}

function detailOf(status: number, error: FastifyError, request: FastifyRequest): string {
  // Here Fastify's own words do not say what would be right.
  if (status === 413) return `the body must not exceed ${request.routeOptions.bodyLimit} bytes`;
  if (status === 415) return "the body must be application/json";
  return error.message;
}

/** 404, or 405 with the right methods: before the body is read, which no route has asked for. */
function answerUnmatchedRequests(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    methods.set(url, known);
    for (const name of [method].flat()) known.add(name);
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const [path = ""] = request.url.split("?");
    const allowed = methods.get(path);
    if (!allowed) {
      sendProblem(reply, problem(404, "there is no such path"));
      return;
    }
    const allow = [...allowed].sort().join(", ");
    reply.header("allow", allow);
    sendProblem(reply, problem(405, `${request.method} is not one of ${allow}`));
  });
}
