import { afterAll } from "vitest";
import { FraudServer } from "./fraud-server.js";
import type { Postgres } from "./postgres.js";
import { TestApp } from "./support.js";

/**
 * The application of a file's tests, with a database and a fraud-detection of its own. Both end with the
 * last test, and the server of the database does not.
 */
export async function application(postgres: Postgres) {
  const fraud = await FraudServer.start();
  const database = await postgres.database();
  const app = await TestApp.build(database, fraud.url);
  afterAll(async () => {
    await app.end();
    await fraud.stop();
  });
  return { app, fraud, database };
}
