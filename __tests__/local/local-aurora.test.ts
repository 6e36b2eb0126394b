import {
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterParameterGroupCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { localAwsEndpoint, startLocalAws, stopLocalAws } from "../../local/aws/local-aws";
import { localAwsName } from "../../local/aws/names";
import { rootKey } from "../../local/aws/root-key";
import { readFileStateSettings } from "../../local/aws/settings";
import { textOf } from "../../operations/target/engine-log";
import { rdsAuthorities } from "../../spec/database/authorities";
import { runWithPsql, setUp } from "../support/database-setup";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 900_000 });

const docker = new Docker();
const { authority } = readFileStateSettings();
/** Its own: other suites may run beside it. */
const PORT = 4586;
const key = rootKey(PORT);
const options = {
  port: PORT,
  enforceIam: false,
  minuteSeconds: 60,
  rootKey: key,
  authority,
  report: () => undefined,
};
const LOCAL = readFileSync(authority.certificate, "utf8");
const OTHER = rdsAuthorities("us-east-1") ?? "";
const PASSWORD = "the-master-password";

const rds = new RDSClient({
  endpoint: localAwsEndpoint(PORT),
  region: "us-east-1",
  credentials: key,
});

/** Creates a cluster with a writer, and returns its endpoint once it accepts connections. */
async function createCluster(name: string, forceSsl: "0" | "1"): Promise<string> {
  const group = {
    DBClusterParameterGroupName: name,
    DBParameterGroupFamily: "aurora-postgresql17",
    Description: name,
  };
  await rds.send(new CreateDBClusterParameterGroupCommand(group));
  const parameter = { ParameterName: "rds.force_ssl", ParameterValue: forceSsl };
  await rds.send(
    new ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: name,
      Parameters: [{ ...parameter, ApplyMethod: "pending-reboot" }],
    }),
  );
  const cluster = { DBClusterIdentifier: name, Engine: "aurora-postgresql" };
  await rds.send(
    new CreateDBClusterCommand({
      ...cluster,
      EngineVersion: "17.7",
      DBClusterParameterGroupName: name,
      DatabaseName: "platform",
      MasterUsername: "platform",
      MasterUserPassword: PASSWORD,
    }),
  );
  const writer = { DBInstanceIdentifier: `${name}-writer`, DBInstanceClass: "db.serverless" };
  await rds.send(new CreateDBInstanceCommand({ ...cluster, ...writer }));
  await untilAvailable(writer.DBInstanceIdentifier);
  const { DBClusters: [found] = [] } = await rds.send(new DescribeDBClustersCommand(cluster));
  return found?.Endpoint ?? "";
}

async function untilAvailable(instance: string): Promise<void> {
  const ends = Date.now() + 300_000;
  while (Date.now() < ends) {
    const request = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance });
    const { DBInstances: [found] = [] } = await rds.send(request);
    if (found?.DBInstanceStatus === "available") return;
    await sleep(1_000);
  }
  throw new Error(`${instance} is not available`);
}

/** The container of a cluster's server. */
async function serverOf(host: string): Promise<string> {
  const name = `cluster-${host.split(".")[0] ?? ""}`;
  const filters = { label: [`fargate-platform.local-aws=${PORT}`] };
  const found = await docker.listContainers({ filters });
  const server = found.find(({ Names }) => Names.some((each) => each.endsWith(name)));
  if (!server) throw new Error(`no server of ${host} runs`);
  return server.Id;
}

/** The network of a server: its security group admits no other container. */
const beside = async (host: string) => `container:${await serverOf(host)}`;

async function connect(host: string, mode: string, ca = LOCAL) {
  const script = `printf '%s' "$CA" >/dev/shm/ca && exec psql --no-psqlrc -Atc "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"`;
  return runWithPsql(await beside(host), script, {
    PGCONNECT_TIMEOUT: "20",
    CA: ca,
    PGSSLROOTCERT: "/dev/shm/ca",
    PGSSLMODE: mode,
    PGHOST: host,
    PGUSER: "platform",
    PGPASSWORD: PASSWORD,
    PGDATABASE: "platform",
  });
}

let forced: string;
let open: string;

beforeAll(async () => {
  await startLocalAws(docker, options);
  [forced, open] = await Promise.all([createCluster("forced", "1"), createCluster("open", "0")]);
});

afterAll(async () => {
  await stopLocalAws(docker, () => undefined, PORT);
});

describe("the local Aurora", () => {
  test("proves who it is to a client that trusts this machine's authority", async () => {
    expect(forced).toMatch(/^forced[.]cluster-.+[.]us-east-1[.]rds[.]amazonaws[.]com$/);
    expect(await connect(forced, "verify-full")).toEqual({ exitCode: 0, output: "t" });
  });

  test("cannot prove it to a client that trusts the real RDS", async () => {
    const { exitCode, output } = await connect(forced, "verify-full", OTHER);
    expect(output).toContain("certificate verify failed");
    expect(exitCode).not.toBe(0);
  });

  test("refuses a connection without TLS in Aurora's words, as rds.force_ssl is 1", async () => {
    const { exitCode, output } = await connect(forced, "disable");
    expect(output).toMatch(
      /FATAL: {2}no pg_hba.conf entry for host ".+", user "platform", database "platform", no encryption/,
    );
    expect(exitCode).not.toBe(0);
  });

  test("accepts both where rds.force_ssl is 0", async () => {
    expect(await connect(open, "disable")).toEqual({ exitCode: 0, output: "f" });
    expect(await connect(open, "verify-full")).toEqual({ exitCode: 0, output: "t" });
  });

  test("keeps its key from everyone but the server", async () => {
    const exec = await docker.getContainer(await serverOf(forced)).exec({
      Cmd: ["sh", "-c", "stat -c '%U %a' /ministack-rds-tls /ministack-rds-tls/server.key"],
      AttachStdout: true,
    });
    const stream = await exec.start({});
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
    expect(textOf(Buffer.concat(chunks))).toBe("postgres 700\npostgres 600");
  });

  test("gets a service's database and login from the platform's setup", async () => {
    const { exitCode, output } = await setUp({
      network: await beside(forced),
      host: forced,
      port: 5432,
      authority: LOCAL,
      masterPassword: PASSWORD,
    });
    expect(output).toBe("database orders and login orders are ready");
    expect(exitCode).toBe(0);
  });

  test("is trusted as before after a restart of the local AWS", async () => {
    await docker.getContainer(localAwsName(PORT)).restart();
    await startLocalAws(docker, options);
    await untilAvailable("forced-writer");
    expect(await connect(forced, "verify-full")).toEqual({ exitCode: 0, output: "t" });
    expect((await connect(forced, "disable")).output).toContain("no encryption");
  });
});
