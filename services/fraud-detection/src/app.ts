import Fastify, { LogController, type FastifyInstance } from "fastify";
import type { LoggerOptions } from "pino";
import { answerClientError } from "./http/client-error.js";
import { addFormats } from "./formats.js";
import { serveOpenApi } from "./openapi.js";
import { answerError, answerErrorsAsProblems } from "./problems.js";
import { requestId } from "./http/request-id.js";
import { TIME_LIMITS } from "./http/time-limits.js";
import { callerHooks, type CallerSettings } from "./identity/callers.js";
import { logRequest, logRequests } from "./http/request-log.js";
import { healthRoutes } from "./routes/health.js";
import { scoreRoute } from "./routes/score.js";
import type { RuleSet } from "./scoring/rule.js";
import { RULES } from "./scoring/rules.js";

export interface AppOptions extends CallerSettings {
  /** @default no log */
  readonly logger?: LoggerOptions;
  /** Aborted when the service shall stop: it still serves, but sends its callers away. */
  readonly stopping: AbortSignal;
  /** @default the rules in force */
  readonly rules?: RuleSet;
}

/** Holds any valid request: 200 entries of the longest values, each character escaped. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** The application, apart from the process that serves it. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, stopping, rules = RULES } = options;
  const app = Fastify({
    logger: logger ?? false,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: ({ headers }) => requestId(headers),
    bodyLimit: BODY_LIMIT_BYTES,
    ...TIME_LIMITS,
    // What still arrives while the server closes is answered like all else.
    return503OnClosing: false,
    ajv: {
      // Nothing is converted or dropped, and everything wrong is told.
      customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true },
      onCreate: addFormats,
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      answerError(error, request, reply);
      logRequest(request, reply);
    },
  });
  // Fastify reads text by itself; here it is a wrong media type.
  app.removeContentTypeParser("text/plain");
  logRequests(app);
  answerErrorsAsProblems(app);
  endConnectionsWhen(app, stopping);
  await serveOpenApi(app);
  const { optional } = await callerHooks(app, options);
  healthRoutes(app, stopping);
  scoreRoute(app, optional, rules);
  return app;
}

/** Callers that keep connections open learn with their next answer that they should open others. */
function endConnectionsWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header("connection", "close");
    done();
  });
}
