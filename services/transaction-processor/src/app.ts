import Fastify, { LogController, type FastifyInstance } from "fastify";
import type { LoggerOptions } from "pino";
import { AccountQueues } from "./account-queues.js";
import { AccountStore } from "./account-store.js";
import { answerClientError } from "./http/client-error.js";
import { Database } from "./database.js";
import { ExportPublisher } from "./export-publisher.js";
import { ExportQueue } from "./export-queue.js";
import { ExportStore } from "./export-store.js";
import { FraudDetection } from "./fraud-detection.js";
import { serveOpenApi } from "./openapi.js";
import { answerError, answerErrorsAsProblems } from "./problems.js";
import { Processor } from "./processor.js";
import { requestId } from "./http/request-id.js";
import { TIME_LIMITS } from "./http/time-limits.js";
import { logRequest, logRequests } from "./http/request-log.js";
import { callerHooks, type CallerSettings } from "./identity/callers.js";
import { accountRoutes } from "./routes/accounts.js";
import { healthRoutes } from "./routes/health.js";
import type { Ledger } from "./ledger.js";
import { transactionRoutes } from "./routes/transactions.js";
import type { DatabaseSettings } from "./settings.js";
import { TransactionStore } from "./transaction-store.js";
import { Turns } from "./turns.js";
import { validateStrictly } from "./validation.js";
import { Worker } from "./worker.js";

export interface AppOptions extends CallerSettings {
  /** @default no log */
  readonly logger?: LoggerOptions;
  /** Aborted when the service shall stop: it still serves, but sends its callers away. */
  readonly stopping: AbortSignal;
  readonly fraudDetectionUrl: string;
  readonly database: DatabaseSettings | undefined;
  /** @default decided transactions wait in the database until a task has a queue for them */
  readonly exportsQueueUrl?: string | undefined;
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
    ...TIME_LIMITS,
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
  const { required } = await callerHooks(app, options);
  const ledger = options.database && openLedger(app, options, options.database);
  healthRoutes(app, ledger?.database, options.stopping);
  accountRoutes(app, required, ledger);
  transactionRoutes(app, required, ledger);
  return app;
}

/** The worker runs while the application listens, and ends first: the others are its tools. */
function openLedger(app: FastifyInstance, options: AppOptions, settings: DatabaseSettings): Ledger {
  const database = new Database(settings, app.log);
  const store = new TransactionStore(database);
  const accounts = new AccountStore(database);
  const fraudDetection = new FraudDetection(options.fraudDetectionUrl, app.log);
  const turns = new Turns(store, fraudDetection, app.log);
  const worker = new Worker(store, turns, fraudDetection, app.log);
  if (options.exportsQueueUrl) publishExports(app, options, database, options.exportsQueueUrl);
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
  const processor = new Processor(store, accounts, new AccountQueues(store, turns));
  return { database, store, accounts, processor };
}

/** Beside the service: no request waits for it, and neither /health nor /ready knows of it. */
function publishExports(
  app: FastifyInstance,
  { stopping }: AppOptions,
  database: Database,
  queueUrl: string,
): void {
  const queue = new ExportQueue(queueUrl);
  const publisher = new ExportPublisher(new ExportStore(database), queue, app.log);
  app.addHook("onListen", (done) => {
    publisher.start();
    stopping.addEventListener("abort", () => void publisher.stop());
    done();
  });
  app.addHook("onClose", async () => {
    await publisher.stop();
    queue.close();
  });
}

/** Callers that keep connections open learn with their next answer that they should open others. */
function endConnectionsWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header("connection", "close");
    done();
  });
}
