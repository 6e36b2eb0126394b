import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../project";

/**
 * Each call prints the next of its files and fails. Without a file it succeeds, and prints what the last
 * question has for an answer: the role that the login acts as.
 */
const PSQL = `#!/usr/bin/env bash
cat >/dev/null
file=$(find "$ANSWERS" -type f | sort | head -n 1)
[ -n "$file" ] || { echo orders; exit 0; }
cat "$file" >&2
[ "$FOR_EVER" = yes ] || rm "$file"
exit 2
`;

const connection = (words: string) =>
  `psql: error: connection to server at "database" (10.0.0.7), port 5432 failed: ${words}`;
const REFUSED = connection('FATAL:  password authentication failed for user "platform"');

const folder = mkdtempSync(path.join(tmpdir(), "database-setup-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the setup against a server that gives these answers in turn and then works. */
async function setUp(answers: readonly string[], { seconds = 20, forEver = false } = {}) {
  const home = mkdtempSync(path.join(folder, "run-"));
  const queue = path.join(home, "answers");
  mkdirSync(queue);
  answers.forEach((answer, index) => {
    writeFileSync(path.join(queue, String(index)), `${answer}\n`);
  });
  const psql = path.join(home, "psql");
  writeFileSync(psql, PSQL);
  chmodSync(psql, 0o755);
  const script = path.join(PROJECT_FOLDER, "stacks/platform/database-setup/setup.sh");
  const { all, exitCode, durationMs } = await execa("bash", [script], {
    env: {
      PATH: `${home}:/usr/local/bin:/usr/bin:/bin`,
      ANSWERS: queue,
      FOR_EVER: forEver ? "yes" : "no",
      SETUP_SECONDS: String(seconds),
      ROTATION_SECONDS: "3",
      DATABASE_HOST: "database",
      DATABASE_PORT: "5432",
      DATABASE_SSLMODE: "verify-full",
      DATABASE_CA: "authorities",
      DATABASE_NAME: "orders",
      DATABASE_USER: "orders",
      DATABASE_PASSWORD: "x",
      MASTER_USER: "platform",
      MASTER_PASSWORD: "y",
    },
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: 30_000,
    extendEnv: false,
  });
  return { lines: all.split("\n"), exitCode, seconds: durationMs / 1000 };
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test.each([
  ["starts", connection("FATAL:  the database system is starting up")],
  ["refuses connections", connection("Connection refused")],
  ["has no name in DNS yet", 'psql: error: could not translate host name "database" to address'],
  ["resumes for longer than a connection waits", connection("timeout expired")],
  ["has no free connection", connection("FATAL:  sorry, too many clients already")],
  ["ends a connection", "FATAL:  57P01: terminating connection due to administrator command"],
  ["is being set up by another task", "psql:<stdin>:2: ERROR:  55P03: canceling statement"],
  [
    "was a writer until recently",
    "ERROR:  25006: cannot execute CREATE ROLE in a read-only transaction",
  ],
])("a database that %s is tried again", async (_, words) => {
  const { lines, exitCode } = await setUp([words]);
  expect(lines).toEqual([
    `waiting for database: ${words}`,
    "database orders and login orders are ready",
  ]);
  expect(exitCode).toBe(0);
});

test.each([
  ["permission", "ERROR:  42501: permission denied to create role"],
  ["SQL", 'ERROR:  42601: syntax error at or near "CREATE"'],
  ["access", connection('FATAL:  no pg_hba.conf entry for host "10.0.0.9"')],
  ["TLS", connection("server does not support SSL, but SSL was required")],
])("an error of %s ends the setup at once, with the server's words", async (_, words) => {
  const source = "LOCATION:  CreateRole, user.c:332";
  const { lines, exitCode } = await setUp([`${words}\n${source}`]);
  expect(lines).toEqual([`database orders: ${words}`]);
  expect(exitCode).toBe(1);
});

test("a password that stays refused ends the setup after a rotation, and a new task gets the new one", async () => {
  const { lines, exitCode, seconds } = await setUp([REFUSED], { forEver: true });
  expect(lines).toEqual([
    `waiting for database: ${REFUSED}`,
    `database orders: refused for 3 s. If RDS has rotated the password meanwhile, the next task gets the new one: ${REFUSED}`,
  ]);
  expect(exitCode).toBe(1);
  expect(seconds).toBeLessThan(15);
});

test("a password that is accepted later is enough", async () => {
  const { exitCode } = await setUp([REFUSED]);
  expect(exitCode).toBe(0);
});

test("the setup times out before ECS does, and its last line gives the reason", async () => {
  const words = connection("Connection refused");
  const { lines, exitCode, seconds } = await setUp([words], { seconds: 5, forEver: true });
  expect(lines).toHaveLength(2);
  expect(lines.at(-1)).toMatch(/^database orders: gave up after [3-9] s: psql: error: .+ refused$/);
  expect(exitCode).toBe(1);
  expect(seconds).toBeLessThan(15);
});
