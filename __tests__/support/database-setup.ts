import { readFileSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";
import { textOf } from "../../operations/target/engine-log";
import { PROJECT_FOLDER } from "../../project";
import { DOCKER_LABEL } from "../../spec/names";

/** The image that the setup is built on. */
export const POSTGRES = "postgres:17-alpine";

const SETUP = readFileSync(
  path.join(PROJECT_FOLDER, "stacks/platform/database-setup/setup.sh"),
  "utf8",
);

export interface SetupServer {
  /** An engine's network mode in which the server is reached. */
  readonly network: string;
  readonly host: string;
  readonly port: number;
  /** PEM text of the authority to trust. */
  readonly authority: string;
  /** The password of the master user, `platform`. */
  readonly masterPassword: string;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

const ORDERS: Login = { user: "orders", password: "the-password-of-orders" };

/** Runs the platform's database setup for the database `orders`, as in a task. */
export function setUp(server: SetupServer, login: Login = ORDERS) {
  return runWithPsql(server.network, SETUP, {
    SETUP_SECONDS: "60",
    ROTATION_SECONDS: "3",
    DATABASE_HOST: server.host,
    DATABASE_PORT: String(server.port),
    DATABASE_SSLMODE: "verify-full",
    DATABASE_CA: server.authority,
    DATABASE_NAME: "orders",
    DATABASE_USER: login.user,
    DATABASE_PASSWORD: login.password,
    MASTER_USER: "platform",
    MASTER_PASSWORD: server.masterPassword,
  });
}

/** Runs a script in a container that has psql, is read-only and has no root; returns what it prints. */
export async function runWithPsql(
  network: string,
  script: string,
  environment: Readonly<Record<string, string>>,
) {
  const container = await new Docker().createContainer({
    Image: POSTGRES,
    Entrypoint: [],
    Cmd: ["bash", "-c", script],
    User: "10001:10001",
    Labels: { [DOCKER_LABEL]: "test" },
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    HostConfig: { NetworkMode: network, ReadonlyRootfs: true },
  });
  try {
    await container.start();
    // The engine's answer, which its types leave open.
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    return { exitCode: StatusCode, output: textOf(log) };
  } finally {
    await container.remove({ force: true });
  }
}
