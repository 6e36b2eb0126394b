import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { buildApp } from "./app.js";
import { loggerOptions } from "./logger.js";
import { loadSettings, SettingsError, type Settings } from "./settings.js";

/** The drain and what is in flight end within this time; closing the rest takes a moment more. */
const STOP_SECONDS = 8;

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) {
      console.error(`transaction-processor cannot start: ${problem}.`);
    }
    process.exit(1);
  }
}

const settings = settingsOrExit();
const stop = new AbortController();
const app = await buildApp({
  logger: loggerOptions(settings.logLevel),
  stopping: stop.signal,
  fraudDetectionUrl: settings.fraudDetectionUrl,
  database: settings.database,
});

closeWithGrace({ delay: (STOP_SECONDS + 1.5) * 1000, logger: app.log }, async ({ err, signal }) => {
  if (err) {
    app.log.fatal({ err }, "the service ends by an error");
    return;
  }
  app.log.info({ signal }, "stopping");
  stop.abort();
  // Callers that looked up the address a moment ago still come: names are cached for seconds.
  await sleep(settings.drainSeconds * 1000);
  const rest = (STOP_SECONDS - settings.drainSeconds) * 1000;
  setTimeout(() => {
    app.server.closeAllConnections();
  }, rest);
  await app.close();
  app.log.info("stopped");
});

await app.listen({ host: "0.0.0.0", port: settings.port });
