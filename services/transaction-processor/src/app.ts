import Fastify, { LogController, type FastifyInstance } from "fastify";
import type { LoggerOptions } from "pino";
import { answerClientError } from "./http/client-error.js";
import { Database } from "./database.js";
import { FraudDetection } from "./fraud-detection.js";
import { serveOpenApi } from "./openapi.js";
import { answerError, answerErrorsAsProblems } from "./problems.js";
import { Processor } from "./processor.js";
import { requestId } from "./http/request-id.js";
import { logRequest, logRequests } from "./http/request-log.js";
import { healthRoutes } from "./routes/health.js";
import { transactionRoutes, type Ledger } from "./routes/transactions.js";
import type { DatabaseSettings } from "./settings.js";
import { TransactionStore } from "./transaction-store.js";
import { validateStrictly } from "./validation.js";
import { Worker } from "./worker.js";

export interface AppOptions {
  /** @default no log */
  readonly logger?: LoggerOptions;
  /** Aborted when the service shall stop: it still serves, but sends its callers away. */
  readonly stopping: AbortSignal;
  readonly fraudDetectionUrl: string;
  readonly database: DatabaseSettings | undefined;
}

/** A transaction has some 400 bytes. */
const BODY_LIMIT_BYTES = 16 * 1024;

/** The application, apart from the process that serves it. What it starts ends when it is closed. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: options.logger ?? false,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: ({ headers }) => requestId(headers),
    bodyLimit: BODY_LIMIT_BYTES,
    // Longer than the idle time-out of a load balancer (60 s): the side that closes an idle connection
    // must be the balancer, or a request may run into a connection that is just being closed here.
    keepAliveTimeout: 75_000,
    requestTimeout: 10_000,
    // What still arrives while the server closes is answered like all else.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      answerError(error, request, reply);
      logRequest(request, reply);
    },
  });
  // Fastify reads text by itself; here it is a wrong media type.
  app.removeContentTypeParser("text/plain");
  validateStrictly(app);
  logRequests(app);
  answerErrorsAsProblems(app);
  endConnectionsWhen(app, options.stopping);
  await serveOpenApi(app);
  const ledger = options.database && openLedger(app, options, options.database);
  healthRoutes(app, ledger?.database, options.stopping);
  transactionRoutes(app, ledger);
  return app;
}

/** The worker runs while the application listens, and ends first: the others are its tools. */
function openLedger(app: FastifyInstance, options: AppOptions, settings: DatabaseSettings): Ledger {
  const database = new Database(settings, app.log);
  const store = new TransactionStore(database);
  const fraudDetection = new FraudDetection(options.fraudDetectionUrl, app.log);
  const worker = new Worker(store, fraudDetection, app.log);
  app.addHook("onListen", (done) => {
    worker.start();
    options.stopping.addEventListener("abort", () => void worker.stop());
    done();
  });
  app.addHook("onClose", async () => {
    await worker.stop();
    await fraudDetection.close();
    await database.close();
  });
  return { database, store, processor: new Processor(store, fraudDetection) };
}

/** Callers that keep connections open learn with their next answer that they should open others. */
function endConnectionsWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header("connection", "close");
    done();
  });
}
