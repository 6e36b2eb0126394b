import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { ExportQueue } from "./export-queue.js";
import { Exporter } from "./exporter.js";
import { loggerOptions } from "./logger.js";
import { loadSettings, type Settings } from "./settings.js";
import { StatementBucket } from "./statement-bucket.js";

/**
 * For the batch that is in hand: writes may take 15 s, and its messages' last requests 5 s each. The
 * platform leaves 30 s between the SIGTERM and the SIGKILL.
 */
const STOP_MS = 28_000;

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const settings = settingsOrExit();
const log = pino(loggerOptions(settings.logLevel));
const queue = new ExportQueue(settings.queueUrl);
const bucket = new StatementBucket(settings.bucket);
const exporter = new Exporter(queue, bucket, log);

closeWithGrace({ delay: STOP_MS, logger: log }, async ({ err, signal }) => {
  if (err) {
    log.fatal({ err }, "the service ends by an error");
    return;
  }
  log.info({ signal }, "stopping");
  await exporter.stop();
  queue.close();
  bucket.close();
  log.info("stopped");
});

exporter.start();
log.info("started");
