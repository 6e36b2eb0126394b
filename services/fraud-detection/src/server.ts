import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { buildApp } from "./app.js";
import { loggerOptions } from "./logger.js";
import { loadSettings, type Settings } from "./settings.js";

/** All of the stop, the drain included, ends within this time. */
const STOP_SECONDS = 9;

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
const app = await buildApp({ logger: loggerOptions(settings.logLevel), stopping: stop.signal });

closeWithGrace({ delay: (STOP_SECONDS + 0.5) * 1000, logger: app.log }, async ({ err, signal }) => {
  if (err) {
    app.log.fatal(err);
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
