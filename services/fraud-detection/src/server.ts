import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { buildApp } from "./app.js";
import { loggerOptions } from "./logger.js";
import { loadSettings, type Settings } from "./settings.js";

/** For what is in flight when the drain is over; a request is read within 10 s. */
const IN_FLIGHT_SECONDS = 10;

/** For closing the rest. The platform leaves 15 s in all between the drain and the SIGKILL. */
const CLOSING_SECONDS = 2;

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const settings = settingsOrExit();
const stop = new AbortController();
const app = await buildApp({
  ...settings,
  logger: loggerOptions(settings.logLevel),
  stopping: stop.signal,
});

const limit = settings.drainSeconds + IN_FLIGHT_SECONDS + CLOSING_SECONDS;

closeWithGrace({ delay: limit * 1000, logger: app.log }, async ({ err, signal }) => {
  if (err) {
    app.log.fatal(err);
    return;
  }
  app.log.info({ signal }, "stopping");
  stop.abort();
  // Callers still come: the name leads here until the change has propagated and caches expire.
  await sleep(settings.drainSeconds * 1000);
  setTimeout(() => {
    app.server.closeAllConnections();
  }, IN_FLIGHT_SECONDS * 1000);
  await app.close();
  app.log.info("stopped");
});

await app.listen({ host: "0.0.0.0", port: settings.port });
