import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { DatabaseUnavailable } from "./database.js";
import { FieldError, wrongFields } from "./validation.js";

const MEDIA_TYPE = "application/problem+json";

const ProblemBody = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(FieldError)),
});

/** For the responses of a route: what it may answer besides success. */
export const problemResponse = (description: string) => ({
  description,
  content: { [MEDIA_TYPE]: { schema: ProblemBody } },
});

/** An answer that is no success, to be thrown. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly more: { errors?: readonly FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail);
  }
}

/** Every error as application/problem+json (RFC 9457), in one place for the whole application. */
export function answerErrorsAsProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => {
    answerProblem(new Problem(404, "there is nothing at this address"), request, reply);
  });
}

/** Also for errors that come before a route is found. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request);
  if (problem.status >= 500) request.log.error({ err: error }, problem.message);
  if (problem.more.retryAfterSeconds) {
    void reply.header("retry-after", problem.more.retryAfterSeconds);
  }
  // Serialized here: a route's schema covers its declared answers, not each way to fail.
  const body = { ...bodyOf(problem), ...(problem.more.errors && { errors: problem.more.errors }) };
  void reply
    .code(problem.status)
    .type(MEDIA_TYPE)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Answers what is no HTTP at all; there is no request then. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
  const body = JSON.stringify(bodyOf(new Problem(status, "the request is not valid HTTP")));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: ${MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function bodyOf(problem: Problem) {
  const { status, message } = problem;
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail: message };
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseUnavailable) {
    return new Problem(503, error.message, { retryAfterSeconds: 1 });
  }
  if (isFastifyError(error)) {
    if (error.validation) return new Problem(400, "the request is not valid", { errors: wrongFields(request) });
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) {
      const errors = error.code.startsWith("FST_ERR_CTP_") ? [{ field: "body", detail: error.message }] : undefined;
      return new Problem(status, error.message, errors && { errors });
    }
  }
  return new Problem(500, "the service failed; the log says more under this request's id");
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "statusCode" in error;
}
