import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { stateFolder } from "../../../local/aws/state-files";
import { PORT, Checkout } from "../e2e/support/checkout";
import { isRollingOut } from "../e2e/support/local-aws";
import { FaultTable, type Words } from "./support/fault-table";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const table = new FaultTable("machine");
/** The longest that any deployment may take, in seconds. */
const LIMIT = 360;
/** Only root may mount a file system and stop the engine. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;

beforeAll(async () => {
  expect((await checkout.run("npx platform up", 1800)).exitCode).toBe(0);
});

afterAll(async () => {
  table.print();
  await checkout.run("npx platform down", 300);
});

/** Deploys a changed line, interferes while the platform is deployed, and waits for the end. */
async function deployAndThen(name: string, says: Words, interfere: () => Promise<void>) {
  checkout.append("services/flask-api/gunicorn.conf.py", `\n# ${name}\n`);
  const started = performance.now();
  const deployment = checkout.start("npx platform up", 600);
  await checkout.untilShown(deployment, "Stack platform");
  await interfere();
  const { exitCode, all: output } = await deployment;
  const seconds = (performance.now() - started) / 1000;
  console.log(output);
  table.add(name, { exitCode, output, seconds }, says);
  expect(exitCode).toBe(1);
  for (const words of says) expect(output).toMatch(words);
  expect(seconds).toBeLessThan(LIMIT);
  return output;
}

/** Runs the command in the message and returns its exit code. */
async function pushErroredState(message: string): Promise<number | undefined> {
  const [command = "false"] =
    /terraform -chdir=\S+ state push errored\.tfstate/.exec(message) ?? [];
  const push = (words: string) =>
    checkout.run(`bash -c 'eval "$(npx platform env)" && ${words}'`, 120);
  const { exitCode, output } = await push(command);
  if (!output.includes("same serial")) return exitCode;
  return (await push(command.replace("errored", "-force errored"))).exitCode;
}

async function expectNextDeployment(): Promise<void> {
  expect((await checkout.run("npx platform up", 600)).exitCode).toBe(0);
  expect((await checkout.run("npx platform verify", 120)).exitCode).toBe(0);
}

asRoot(
  "a stopped engine also stops the local AWS, and the next deployment starts both",
  async () => {
    const pid = Number(readFileSync("/var/run/docker.pid", "utf8"));
    const says = [/The container engine does not answer|AWS is unreachable/, /→ .*again.*/];
    await deployAndThen("the container engine is stopped in the middle", says, async () => {
      while (!(await isRollingOut("flask-api"))) await sleep(200);
      process.kill(pid, "SIGTERM");
      while (existsSync(`/proc/${pid}`)) await sleep(200);
    });
    // The engine alone does not bring it back.
    const { exitCode, output } = await checkout.run("npx platform up", 600);
    expect([exitCode, output]).toEqual([0, expect.stringContaining("restarting the local AWS")]);
    await expectNextDeployment();
  },
);

asRoot(
  "on a full disk Terraform's state is kept beside the stack, and one command restores it",
  async () => {
    const states = path.join(checkout.folder, stateFolder(PORT));
    const copy = `${states}.copy`;
    cpSync(states, copy, { recursive: true });
    await execa("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", states]);
    cpSync(copy, states, { recursive: true });
    const filler = path.join(states, "filler");
    try {
      const says = ["The disk is full", /terraform -chdir=\S+ state push errored\.tfstate/];
      const output = await deployAndThen("the disk is full in the middle", says, async () => {
        const files = () => readdirSync(states, { recursive: true, encoding: "utf8" });
        while (!files().some((file) => file.endsWith("platform.tfstate.lock.info")))
          await sleep(50);
        // Terraform could still overwrite an old backup on the full disk, but not create one.
        for (const file of files().filter((each) => each.endsWith(".backup"))) {
          rmSync(path.join(states, file));
        }
        const { bavail, bsize } = statfsSync(states);
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
      });
      rmSync(filler);
      expect(await pushErroredState(output)).toBe(0);
      await expectNextDeployment();
      rmSync(copy, { recursive: true });
      cpSync(states, copy, { recursive: true });
    } finally {
      await execa("umount", [states]);
    }
    cpSync(copy, states, { recursive: true });
  },
);
