import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchDeleteImageCommand, DeleteRepositoryCommand } from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { afterAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, type CommandResult, PORT, SUFFIX, changesOf } from "../e2e/support/checkout";
import { type LoadResult, loadDuring } from "../e2e/support/load";
import { ORIGIN, ecr, hasCluster, localAwsContainer } from "../e2e/support/local-aws";
import { FAULTY_CHANGES } from "./support/changes";
import { ExpiringCredentials } from "./support/expired-credentials";
import { FaultTable, type Words } from "./support/fault-table";
import { hasSaved, killTerraform } from "./support/kill-terraform";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const table = new FaultTable("deployment");
/** The longest that any deployment may take, in seconds. */
const LIMIT = 360;
const NAMESPACE = "aws_service_discovery_private_dns_namespace";
const REPOSITORY = `platform-${SUFFIX}/flask-api`;

afterAll(async () => {
  table.print();
  await checkout.run("npx platform down", 300);
});

type Outcome = CommandResult & { readonly load: LoadResult };

/** Runs a command under five requests a second, and adds its row to the table. */
async function underLoad(name: string, says: Words, command = "npx platform up"): Promise<Outcome> {
  const deployment = checkout.run(command, 600);
  const load = await loadDuring(`${ORIGIN}/`, 5, deployment);
  const result = await deployment;
  table.add(name, result, says, load);
  return { ...result, load };
}

/**
 * `cdktf deploy` with the environment that `env` prints. It ends with its Terraform, at times before it has
 * read the last lines of it, and says no reason then; each of these failures comes again.
 */
async function plainCdktf(name: string, says: Words): Promise<Outcome> {
  const deploy = "npx cdktf deploy registry images platform --auto-approve --skip-provider-lock";
  const command = `sh -c 'eval "$(npx platform env)" && ${deploy}'`;
  let outcome = await underLoad(name, says, command);
  for (let more = 2; more > 0 && !outcome.output.includes("╵"); more -= 1)
    outcome = await underLoad(name, says, command);
  return outcome;
}

function expectUnharmed({ seconds, load }: Outcome): void {
  expect(load.failures).toEqual([]);
  expect(seconds).toBeLessThan(LIMIT);
}

function expectFailure(outcome: Outcome, says: Words): void {
  expect(outcome.exitCode).toBe(1);
  for (const words of says) expect(outcome.output).toMatch(words);
  expectUnharmed(outcome);
}

async function expectNextDeployment(): Promise<CommandResult> {
  const next = await checkout.run("npx platform up", 300);
  expect(next.exitCode).toBe(0);
  return next;
}

/** Changes one line, so that there is something to deploy. */
let edition = 0;
function changeFlaskApi(): void {
  edition += 1;
  checkout.append("services/flask-api/gunicorn.conf.py", `\n# edition ${edition}\n`);
}

/** The commands of a message that take a resource into the state. */
function importsIn(output: string): string[] {
  return [...output.matchAll(/^→ .*?(terraform \S+ import '\S+' '\S+')/gm)].map(
    ([, it = ""]) => it,
  );
}

async function importAll(commands: readonly string[]): Promise<void> {
  const steps = ['eval "$(npx platform env)"', "set -e", ...commands].join("\n");
  const { all, exitCode } = await execa("bash", ["-c", steps], {
    cwd: checkout.folder,
    env: { LOCAL_AWS_PORT: String(PORT), PLATFORM_SUFFIX: SUFFIX },
    reject: false,
    all: true,
  });
  console.log(all);
  expect(exitCode).toBe(0);
}

test("after Terraform is killed during the first creation, the next run names the imports", async () => {
  const killed = checkout.start("npx platform up", 900);
  await checkout.untilShown(killed, "Stack platform");
  // By then Terraform has created most of the rest, and waits for the cluster. A namespace that is in no state
  // is not imported by its name alone, as the message says.
  const isTime = async () => (await hasCluster()) && hasSaved(checkout.folder, NAMESPACE);
  while (!(await isTime()) && killed.exitCode === null) await sleep(200);
  killTerraform(checkout.folder);
  expect((await killed).exitCode).toBe(1);
  expect((await killed).all).toContain("Terraform was ended from outside (SIGKILL)");

  const next = await checkout.run("npx platform up", 900);
  const says = [
    "already exist but are missing from the state; a killed run left them",
    /→ terraform.*/,
  ];
  table.add("Terraform is killed while it creates everything; the next run", next, says);
  expect(next.exitCode).toBe(1);
  let output = next.output;
  expect(importsIn(output).length).toBeGreaterThan(0);
  // What needs an imported resource is tried, and found to exist, in the run after that.
  for (let rounds = 4; rounds > 0 && importsIn(output).length > 0; rounds -= 1) {
    await importAll(importsIn(output));
    output = (await checkout.run("npx platform up", 900)).output;
  }
  expect(output).toMatch(/^Done in /m);
});

describe.each(FAULTY_CHANGES)("$name", ({ name, edits, says }) => {
  test("ends the deployment with the service and the cause, fails no request, and is fixed by the next one", async () => {
    const undo = edits.map(({ file, from, to }) => checkout.edit(file, from, to));
    const outcome = await underLoad(name, says);
    undo.reverse().forEach((each) => {
      each();
    });
    expectFailure(outcome, says);
    await expectNextDeployment();
  });
});

const GREETER = `  greeter: {
    port: 8085,
    health: "/",
    path: "/greeter",
    size: { cpu: 256, memory: 512 },
    environment: { DEAF_IN_CLUSTER: "yes" },
  },
`;

describe("a first deployment that never becomes healthy", () => {
  const folder = path.join(checkout.folder, "services", "greeter");

  test("ends once ECS gives up, and the next, corrected deployment succeeds", async () => {
    cpSync(path.join(__dirname, "greeter"), folder, { recursive: true });
    const withdraw = checkout.edit("services/index.ts", /\}\);\s*$/, `${GREETER}});\n`);
    const says = [
      "greeter is not well: 0 of 2 tasks run",
      "greeter listens on port 8086",
      "its health: nothing listens on port 8085, but on 8086",
      "greeter: ECS has given up on its first deployment",
    ];
    const failed = await underLoad("a first deployment that never becomes healthy", says);
    expectFailure(failed, says);

    const fix = checkout.edit("services/index.ts", "DEAF_IN_CLUSTER", "HEARS_IN_CLUSTER");
    await expectNextDeployment();
    expect((await fetch(`${ORIGIN}/greeter`)).status).toBe(200);
    fix();
    withdraw();
  });

  test("can be removed from the catalogue: plain cdktf refuses, and up removes the service in order", async () => {
    rmSync(folder, { recursive: true });
    const says = [
      /services\/index\.ts no longer lists\s+(\S+\s+)?greeter,? which\s+(\S+\s+)?the\s+(\S+\s+)?platform still runs/,
    ];
    const name = "a repository in use would go, plain cdktf deploy";
    expectFailure(await plainCdktf(name, says), says);

    const { output } = await expectNextDeployment();
    expect(output).toContain("greeter will be removed from platform, then images, then registry");
    expect(output).toMatch(/✔ Stack registry without greeter: 0 to add, 0 to change, 2 to destroy/);
  });
});

test("plain cdktf fails after an ECS rollback, where Terraform alone would report success", async () => {
  const crash = 'import os, sys\nif os.environ.get("DATABASE_HOST"): sys.exit("rolled back")\n';
  const undo = checkout.edit("services/flask-api/gunicorn.conf.py", /^/, crash);
  const says = ["flask-api was rolled back"];
  const name = "ECS rolls back, plain cdktf deploy";
  const result = await plainCdktf(name, says);
  undo();
  expectFailure(result, says);
  await expectNextDeployment();
});

describe("after a manual deletion", () => {
  test("the next deployment restores a repository with its image", async () => {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: REPOSITORY, force: true }));
    const result = await underLoad("a repository was deleted by hand", [/Stack images: .*/]);
    expect(result.exitCode).toBe(0);
    expect(changesOf("registry", result.output)).toMatch(/^[12] to add/);
    expectUnharmed(result);
  });

  test("the next deployment pushes an image again", async () => {
    const digest = /flask-api\s*│[^│]*│ (sha256:[0-9a-f]+)/.exec(
      (await checkout.run("npx platform verify", 120)).output,
    )?.[1];
    const { stdout } = await execa("docker", [
      "images",
      "--no-trunc",
      "--digests",
      "--format",
      "{{.Digest}}",
      `127.0.0.1:${PORT}/${REPOSITORY}`,
    ]);
    const imageDigest = stdout.split("\n").find((each) => digest && each.startsWith(digest));
    const images = { repositoryName: REPOSITORY, imageIds: [{ imageDigest }] };
    await ecr.send(new BatchDeleteImageCommand(images));
    const result = await underLoad("an image was deleted from ECR by hand", [/Stack images: .*/]);
    expect(result.exitCode).toBe(0);
    expect(changesOf("images", result.output)).toMatch(/^1 to add/);
    expectUnharmed(result);
  });
});

describe("in the middle of a deployment", () => {
  test("another deployment waits for the state lock, or names its holder", async () => {
    changeFlaskApi();
    const first = checkout.run("npx platform up", 600);
    await sleep(8_000);
    const second = await underLoad("two deployments at once, the second", [
      /.* has held the state of \S+|Stack platform: .*/,
    ]);
    const { exitCode } = await first;
    expect([exitCode, second.exitCode]).toContain(0);
    if (second.exitCode !== 0) expect(second.output).toContain("has held the state of");
    expectUnharmed(second);
    await expectNextDeployment();
  });

  test("expired credentials are reported, and the next deployment continues", async () => {
    changeFlaskApi();
    const gate = new ExpiringCredentials(PORT);
    const url = await gate.open();
    const env = `eval "$(npx platform env)" && export AWS_ENDPOINT_URL=${url}`;
    const name = "the credentials expire in the middle";
    const timer = setTimeout(() => {
      gate.expire();
    }, 25_000);
    const says = ["AWS does not accept the credentials, or they have expired", "→ Log in again"];
    const result = await underLoad(name, says, `bash -c '${env} && npx platform deploy'`);
    clearTimeout(timer);
    gate.close();
    expectFailure(result, says);
    await expectNextDeployment();
  });

  test("a restart of the local AWS ends the deployment, and the next one finds everything", async () => {
    changeFlaskApi();
    const deployment = checkout.start("npx platform up", 600);
    const started = performance.now();
    await checkout.untilShown(deployment, "Stack platform");
    await sleep(6_000);
    await localAwsContainer().restart({ t: 60 });
    const { exitCode, all } = await deployment;
    const seconds = (performance.now() - started) / 1000;
    // The local AWS is the load balancer: while it restarts, no request gets an answer.
    const name = "the local AWS is restarted in the middle";
    table.add(name, { exitCode, output: all, seconds }, [/AWS is unreachable|Stack platform: .*/]);
    expect(seconds).toBeLessThan(LIMIT);
    await expectNextDeployment();
    expect((await checkout.run("npx platform verify", 120)).exitCode).toBe(0);
  });

  test("after a kill -9 of Terraform the next deployment continues", async () => {
    changeFlaskApi();
    const deployment = checkout.start("npx platform up", 600);
    await checkout.untilShown(deployment, "aws_ecs_service ");
    killTerraform(checkout.folder);
    expect((await deployment).exitCode).toBe(1);
    const next = await underLoad("Terraform was killed in an update; the next run", [
      /Stack platform: .*/,
    ]);
    expect(next.exitCode).toBe(0);
    expectUnharmed(next);
  });
});
