import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "vitest";
import { NO_ANSWER } from "../src/database-failure.js";
import type { DatabaseSettings } from "../src/settings.js";
import { makeAuthority, signFor, type ServerCertificate } from "./certificate.js";
import { Impostor } from "./impostor.js";
import { command, environmentOf } from "./migration-command.js";
import { PASSWORD, Postgres } from "./postgres.js";
import { TestApp, type Answer } from "./support.js";
import { eventually } from "./wait.js";

const postgres = Postgres.shared();

async function authority(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), "transaction-processor-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  return makeAuthority(folder);
}

/** Settings that lead to a server which is not the database. */
async function impostor(t: TestContext, certificate?: ServerCertificate, ca?: string) {
  const server = await Impostor.start(certificate);
  t.onTestFinished(() => server.stop());
  const database = await postgres.database();
  return { server, database: { ...database, port: server.port, ca: ca ?? database.ca } };
}

/** What the service, and then its migration, say of a database; neither may have told it anything. */
async function refusals(server: Impostor, database: DatabaseSettings) {
  const app = await TestApp.build(database);
  let ready: Answer | undefined;
  // Not the first answer, if a busy machine takes too long for a handshake.
  await eventually(async () => {
    ready = await app.get("/ready");
    return ready.json["detail"] !== NO_ANSWER;
  });
  await app.end();
  assert.equal(ready?.status, 503);
  const migration = await command(environmentOf(database));
  assert.equal(migration.status, 1);
  assert.ok(server.asked > 0, "nobody has asked for TLS");
  assert.equal(server.told, "", "the server was told something");
  assert.ok(!migration.output.includes(PASSWORD));
  return [JSON.stringify(ready.json), migration.output];
}

describe("a server that is not the database gets neither a user nor a password", () => {
  it("if it says that it has no TLS", async (t) => {
    const { server, database } = await impostor(t);
    for (const words of await refusals(server, database)) {
      assert.match(words, /the database and the service do not agree on encryption/);
    }
  });

  it("if its certificate is from another authority", async (t) => {
    const certificate = await signFor(await authority(t), "IP:127.0.0.1");
    const { server, database } = await impostor(t, certificate);
    for (const words of await refusals(server, database)) {
      assert.match(words, /the database's certificate cannot be verified/);
    }
  });

  it("if its certificate is for another host", async (t) => {
    const own = await authority(t);
    const certificate = await signFor(own, "DNS:other.example.com,DNS:localhost");
    const { server, database } = await impostor(t, certificate, own.ca);
    for (const words of await refusals(server, database)) {
      assert.match(words, /the database's certificate cannot be verified/);
    }
  });
});

it("the service speaks TLS with the database itself", async () => {
  const database = await postgres.database();
  const app = await TestApp.build(database);
  await eventually(async () => (await app.get("/ready")).status === 200);
  const rows = await postgres.query<{ ssl: boolean }>(
    database.name,
    `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE application_name = 'transaction-processor' AND datname = current_database()`,
  );
  await app.end();
  assert.ok(rows.length > 0);
  assert.ok(rows.every(({ ssl }) => ssl));
});
