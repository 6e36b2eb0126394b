import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DOCKER_LABEL } from "../../spec/names";
import {
  type Login,
  POSTGRES,
  type SetupServer,
  runWithPsql,
  setUp,
} from "../support/database-setup";
import { makeCertificate } from "../support/hcp/certificate";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const docker = new Docker();
const folder = mkdtempSync(path.join(tmpdir(), "database-logins-"));
const certificate = makeCertificate(folder);

const SUPERUSER: Login = { user: "postgres", password: "the-password-of-the-superuser" };
const OF_701 = "FROM pg_stat_activity WHERE usename = 'orders.701'";

/** As on RDS, the master user is no superuser: it may create roles and databases. */
const START = `
printf '%s' "$CERTIFICATE" >/dev/shm/server.crt && printf '%s' "$KEY" >/dev/shm/server.key
chown postgres /dev/shm/server.key && chmod 600 /dev/shm/server.key
cat >/docker-entrypoint-initdb.d/master.sql <<'SQL'
CREATE ROLE platform LOGIN CREATEROLE CREATEDB PASSWORD 'the-master-password';
SQL
exec docker-entrypoint.sh postgres -c ssl=on \
  -c ssl_cert_file=/dev/shm/server.crt -c ssl_key_file=/dev/shm/server.key`;

let server: Docker.Container;
let target: SetupServer;

beforeAll(async () => {
  server = await docker.createContainer({
    Image: POSTGRES,
    Entrypoint: [],
    Cmd: ["bash", "-c", START],
    Labels: { [DOCKER_LABEL]: "test" },
    Env: [
      `POSTGRES_PASSWORD=${SUPERUSER.password}`,
      `CERTIFICATE=${certificate.cert}`,
      `KEY=${certificate.key}`,
    ],
  });
  await server.start();
  target = {
    network: `container:${server.id}`,
    host: "localhost",
    port: 5432,
    authority: certificate.cert,
    masterPassword: "the-master-password",
  };
});

afterAll(async () => {
  await server.remove({ force: true, v: true });
  rmSync(folder, { recursive: true });
});

const login = (period: number) => ({
  user: `orders.${period}`,
  password: `the-password-of-${period}`,
});

/** What a task of a period starts with. */
async function startTask(period: number): Promise<void> {
  const { exitCode, output } = await setUp(target, login(period));
  expect(output).toContain(`database orders and login orders.${period} are ready`);
  expect(exitCode).toBe(0);
}

/** What a statement prints to the login of a period, or the error. */
const ask = (period: number, sql: string) => askAs(login(period), sql);

async function askAs({ user, password }: Login, sql: string): Promise<string> {
  const { output } = await runWithPsql(target.network, `psql --no-psqlrc -Atc "$SQL"`, {
    SQL: sql,
    PGHOST: "localhost",
    PGSSLMODE: "require",
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: "orders",
  });
  return output;
}

describe("the logins of a service", () => {
  test("act as the database's owner, so what one creates belongs to the next", async () => {
    await startTask(701);
    expect(await ask(701, "SELECT session_user, current_user")).toBe("orders.701|orders");
    await ask(701, "CREATE TABLE payments (id int); INSERT INTO payments VALUES (1)");
    await startTask(702);
    await ask(702, "ALTER TABLE payments ADD COLUMN amount int");
    expect(await ask(702, "SELECT count(*) FROM payments")).toBe("1");
  });

  test("keep the password of tasks that run, also after a deployment that was rolled back", async () => {
    await startTask(705);
    for (const period of [701, 702, 705]) expect(await ask(period, "SELECT 1")).toBe("1");
  });

  test("are retired once three later ones exist, except while a task is connected", async () => {
    const held = ask(701, "SELECT pg_sleep(600)");
    await vi.waitUntil(async () => (await ask(702, `SELECT count(*) ${OF_701}`)) === "1", 30_000);
    await startTask(706);
    for (const period of [701, 702, 705]) expect(await ask(period, "SELECT 1")).toBe("1");
    await askAs(SUPERUSER, `SELECT pg_terminate_backend(pid) ${OF_701}`);
    await held;
    await startTask(706);
    expect(await ask(701, "SELECT 1")).toContain("password authentication failed");
    for (const period of [702, 705, 706]) expect(await ask(period, "SELECT 1")).toBe("1");
  });

  test("come back with a task of an earlier revision, which takes nobody's", async () => {
    await startTask(701);
    for (const period of [701, 702, 705, 706]) expect(await ask(period, "SELECT 1")).toBe("1");
  });

  test("are given to no task that would act as another role, whose tables the next login cannot change", async () => {
    const own = `ALTER ROLE "orders.706" IN DATABASE orders`;
    await askAs(SUPERUSER, `${own} SET role TO none`);
    const { exitCode, output } = await setUp(target, login(706));
    expect(output).toContain("ERROR: orders.706 acts as orders.706, not as the owner orders");
    expect(exitCode).toBe(1);
    await askAs(SUPERUSER, `${own} RESET role`);
    await startTask(706);
  });

  test("have nobody else's rights", async () => {
    expect(await ask(706, "SET ROLE platform")).toContain("permission denied");
    expect(await ask(706, "CREATE ROLE another")).toContain("permission denied");
  });
});

test("the owner's own password, from before there were periods, is retired like the others", async () => {
  await askAs(SUPERUSER, 'CREATE ROLE "orders.20261129120000" LOGIN');
  expect((await setUp(target, { user: "orders", password: "from-before" })).exitCode).toBe(0);
  await startTask(706);
  const roles = await ask(706, "SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1");
  expect(roles.split("\n")).toEqual([
    "orders.20261129120000",
    "orders.702",
    "orders.705",
    "orders.706",
    "platform",
    "postgres",
  ]);
});
