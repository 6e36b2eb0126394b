import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DatabaseUnavailable } from "./database-failure.js";
import { ProblemError } from "./http/problem-error.js";
import type { FieldError, Problem } from "./schemas/problem.js";
import { wrongFields } from "./wrong-fields.js";

/** A problem of a kind that the status alone tells, hence `about:blank`. */
export function problem(status: number, detail: string, errors?: FieldError[]): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail, ...(errors && { errors }) };
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
  if (error instanceof ProblemError) return answerProblemError(error, reply);
  if (error instanceof DatabaseUnavailable) {
    request.log.error({ err: error }, error.message);
    return answerProblemError(
      new ProblemError(503, error.message, { retryAfterSeconds: 1 }),
      reply,
    );
  }
  if (error.validation) {
    return sendProblem(reply, problem(400, "the request is not valid", wrongFields(request)));
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const detail = detailOf(status, error, request);
    return sendProblem(reply, problem(status, detail, bodyErrors(error)));
  }
  request.log.error({ err: error }, "the service failed");
  return sendProblem(reply, problem(500, "the service failed; its log says why"));
}

function answerProblemError(error: ProblemError, reply: FastifyReply): FastifyReply {
  const { status, message, headers, more } = error;
  return sendProblem(reply.headers(headers), problem(status, message, more.errors));
}

function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  // As bytes: to anything else Fastify adds a charset, which this media type does not have.
  const bytes = Buffer.from(JSON.stringify(body));
  return reply.code(body.status).type("application/problem+json").send(bytes);
}

/** A body that cannot be read is wrong as a whole. */
function bodyErrors(error: FastifyError): FieldError[] | undefined {
  const unreadable = error.code.startsWith("FST_ERR_CTP_");
  return unreadable ? [{ pointer: "#", detail: error.message }] : undefined;
}

function detailOf(status: number, error: Error, request: FastifyRequest): string {
  // Here Fastify's own words do not say what would be right.
  if (status === 413) return `the body must not exceed ${request.routeOptions.bodyLimit} bytes`;
  if (status === 415) return "the body must be application/json";
  return error.message;
}

/** 404, or 405 with the right methods: before the body is read, which no route has asked for. */
function answerUnmatchedRequests(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const pattern = `^${url.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`;
    const known = methods.get(pattern) ?? new Set();
    methods.set(pattern, known);
    for (const name of [method].flat()) known.add(name);
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const [path = ""] = request.url.split("?");
    const matching = [...methods].filter(([pattern]) => new RegExp(pattern).test(path));
    if (matching.length === 0) {
      sendProblem(reply, problem(404, "there is no such path"));
      return;
    }
    const allow = [...new Set(matching.flatMap(([, known]) => [...known]))].sort().join(", ");
    reply.header("allow", allow);
    sendProblem(reply, problem(405, `${request.method} is not one of ${allow}`));
  });
}
