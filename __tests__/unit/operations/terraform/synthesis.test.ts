import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import { PROJECT_FOLDER, REFUSED } from "../../../../project";
import { services } from "../../../../services";
import { synthesize } from "../../../../operations/terraform/synthesis";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "synthesized-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.lock`, { force: true });
});

test("a mistake in the settings is a refusal with every problem, and writes no stack", async () => {
  const mistakes = { PLATFORM_SUFFIX: "pord", PLATFORM_REGION: "mars-1" };
  const refused: unknown = await synthesize({ environment: mistakes }, folder).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(Refusal);
  expect(String(refused)).toMatch(/^Refusal: Nothing was synthesized:\n[^]*pord[^]*mars-1/);
  expect(existsSync(path.join(folder, "stacks"))).toBe(false);
});

test("a defect is a failure in its own words, and no mistake of the user", async () => {
  const broken = { NODE_OPTIONS: "--require /nowhere/module.js" };
  const failed: unknown = await synthesize({ environment: broken }, folder).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(Failure);
  expect(String(failed)).toContain("Cannot find module '/nowhere/module.js'");
});

/** Lets this code take the place of the synthesis. */
function instead(code: string): Record<string, string> {
  const file = path.join(folder, "instead.js");
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--require ${file}`, PLATFORM_SUFFIX: "pr-7" };
}

test("the synthesis runs in the project's folder with the command's settings, and writes to its own folder", async () => {
  const out = path.join(folder, "deep", "out");
  const seen = path.join(folder, "seen");
  const record = `const { argv, env, execArgv } = process;
    const { CDKTF_OUTDIR, PLATFORM_SUFFIX } = env;
    const seen = { cwd: process.cwd(), program: argv.at(1), execArgv, CDKTF_OUTDIR, PLATFORM_SUFFIX };
    require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(seen));
    process.exit(0);`;
  await synthesize({ environment: instead(record) }, out);
  expect(JSON.parse(readFileSync(seen, "utf8"))).toEqual({
    cwd: PROJECT_FOLDER,
    program: expect.stringMatching(/(^|\/)main\.ts$/),
    execArgv: ["--require", "zod/mini", "--require", "tsx/cjs"],
    CDKTF_OUTDIR: out,
    PLATFORM_SUFFIX: "pr-7",
  });
  expect(existsSync(out)).toBe(true);
});

test.each([
  [
    "(node:1) Warning: no colours\nNothing was synthesized:\n  no domain",
    "Nothing was synthesized:\n  no domain",
  ],
  ["no domain", "no domain"],
])("of what a refused synthesis says, %j, only the problems are shown", async (said, shown) => {
  const refusing = `console.error(${JSON.stringify(said)}); process.exit(${REFUSED});`;
  await expect(synthesize({ environment: instead(refusing) }, folder)).rejects.toEqual(
    new Refusal(shown, "Correct services/index.ts or the settings and run the command again."),
  );
});

test("Ctrl-C in the middle is an interruption, and no failure of the synthesis", async () => {
  const controller = new AbortController();
  const started = path.join(folder, "started");
  const waiting = `require("node:fs").writeFileSync(${JSON.stringify(started)}, "");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
  const synthesis = synthesize(
    { environment: instead(waiting), signal: controller.signal },
    folder,
  );
  const interrupted = expect(synthesis).rejects.toThrow(Interrupted);
  await vi.waitUntil(() => existsSync(started), { timeout: 10_000 });
  controller.abort(new Interrupted());
  await interrupted;
});

test("another command that uses the folder is waited for, and nothing is written meanwhile", async () => {
  writeFileSync(`${folder}.lock`, String(process.ppid));
  const report = vi.spyOn(console, "error").mockReturnValue();
  await expect(synthesize({ environment: {} }, folder, 0)).rejects.toThrow(
    `process ${process.ppid} uses ${path.relative(PROJECT_FOLDER, folder)}, and has not ended within 0 minutes`,
  );
  expect(readdirSync(folder)).toEqual([]);
  const controller = new AbortController();
  report.mockImplementation(() => {
    controller.abort(new Interrupted());
  });
  await expect(synthesize({ environment: {}, signal: controller.signal }, folder)).rejects.toThrow(
    Interrupted,
  );
});

test("a synthesis that ends without a word fails with its exit code", async () => {
  await expect(synthesize({ environment: instead("process.exit(3);") }, folder)).rejects.toThrow(
    "Command failed with exit code 3",
  );
});

/** Gives a service of the shipped catalogue a secret for its build, in the process of the app. */
function withBuildSecret(): string {
  const file = path.join(folder, "with-build-secret.cjs");
  const catalogue = JSON.stringify(path.join(PROJECT_FOLDER, "services"));
  const [service = ""] = Object.keys(services);
  writeFileSync(
    file,
    `require(${JSON.stringify(path.join(PROJECT_FOLDER, "node_modules", "tsx", "dist", "cjs", "index.cjs"))});
require(${catalogue}).services[${JSON.stringify(service)}].build = { secrets: ["TEST_BUILD_SECRET"] };
`,
  );
  return `--require ${file}`;
}

test("cdktf, which may deploy, is refused without the secret of a build", async () => {
  const env = { NODE_OPTIONS: withBuildSecret(), CDKTF_OUTDIR: folder };
  const run = async (secret: Record<string, string>) =>
    await execa(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
      cwd: PROJECT_FOLDER,
      env: { ...env, ...secret },
      reject: false,
    });
  const refused = await run({});
  expect(refused.exitCode).toBe(REFUSED);
  expect(refused.stderr).toContain("the variable TEST_BUILD_SECRET is not set");
  expect((await run({ TEST_BUILD_SECRET: "s3cr3t" })).exitCode).toBe(0);
  const stack = readFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), "utf8");
  expect(stack).toContain("TEST_BUILD_SECRET");
  expect(stack).not.toContain("s3cr3t");
});

test("a plan or a destruction, which builds nothing, needs no secret of a build", async () => {
  await synthesize({ environment: { NODE_OPTIONS: withBuildSecret() } }, folder);
  const stack = readFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), "utf8");
  expect(stack).toContain("TEST_BUILD_SECRET");
});
