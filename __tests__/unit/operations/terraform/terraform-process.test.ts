import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  StackFailure,
  endOf,
  initialize,
  isInCloud,
  readTerraform,
  spawnTerraform,
  terraformIn,
} from "../../../../operations/terraform/terraform-process";
import { lockOf } from "../../../../operations/terraform/synthesis";
import { hold } from "../../../../operations/target/lock";
import { Refusal } from "../../../../operations/terminal/refusal";
import { PROJECT_FOLDER } from "../../../../project";
import { knownErrors } from "../../../../operations/failures/known-errors";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "terraform-process-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a stack is initialized once, and again for another backend or without the provider cache that it links to", async () => {
  mkdirSync(path.join(folder, "stacks", "images"), { recursive: true });
  writeFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), '{"terraform":{}}');
  const cache = path.join(folder, "cache");
  const terraform = path.join(folder, "terraform");
  const providers = ".terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0";
  writeFileSync(
    terraform,
    `#!/bin/sh
echo "$TF_DATA_DIR$1" >> ${folder}/calls
mkdir -p ${cache} ${providers}
ln -sfn ${cache} ${providers}/linux_amd64
`,
  );
  chmodSync(terraform, 0o755);
  const { signal } = new AbortController();
  const environment = { TF_DATA_DIR: "/elsewhere" };
  const options = { terraform, environment, signal, report: () => undefined, synthFolder: folder };
  const calls = () => readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");

  await initialize("images", options);
  await initialize("images", options);
  expect(calls()).toEqual(["init"]);
  rmSync(cache, { recursive: true });
  await initialize("images", options);
  expect(calls()).toEqual(["init", "init"]);
  // Another backend, or other providers.
  writeFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), '{"terraform":{"cloud":{}}}');
  await initialize("images", options);
  expect(calls()).toHaveLength(3);
});

/** A Terraform with this body for a stack, and what is asked of it. */
function terraformWith(body: string) {
  const stack = path.join(folder, "stacks", "images");
  mkdirSync(stack, { recursive: true });
  writeFileSync(path.join(stack, "cdk.tf.json"), '{"terraform":{}}');
  const terraform = path.join(folder, "terraform");
  const program = `#!/bin/sh\necho "$@" >> ${folder}/calls\nmkdir -p .terraform\n${body}\n`;
  writeFileSync(terraform, program, { mode: 0o755 });
  const said: string[] = [];
  const report = (line: string) => said.push(line);
  const { signal } = new AbortController();
  const options = { terraform, environment: {}, signal, report, synthFolder: folder };
  const calls = () => readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
  return { options, said, calls };
}

test("Terraform does not start in a folder that another command has by now", async () => {
  const { options } = terraformWith("");
  const lock = lockOf(folder);
  await hold({ ...lock, report: () => undefined });
  await readTerraform("images", options, ["show"], 1);
  writeFileSync(lock.file, String(process.ppid));
  const refused: unknown = await readTerraform("images", options, ["show"], 1).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(Refusal);
  expect(String(refused)).toContain(`process ${process.ppid} has taken over`);
  rmSync(lock.file);
});

test("a stack without providers of its own is initialized once, and again with another CLI configuration", async () => {
  const { options, said, calls } = terraformWith("");
  await initialize("images", options);
  await initialize("images", options);
  expect(calls()).toEqual(["init -input=false -no-color"]);
  expect(said).toEqual(["installing the providers into the stack"]);
  const file = path.join(folder, "cli.tfrc");
  writeFileSync(file, "one");
  const configured = { ...options, environment: { TF_CLI_CONFIG_FILE: file } };
  await initialize("images", configured);
  await initialize("images", configured);
  expect(calls()).toHaveLength(2);
  writeFileSync(file, "another");
  await initialize("images", configured);
  expect(calls()).toHaveLength(3);
});

test("an initialization that failed is not taken for done, and fails with Terraform's whole output", async () => {
  const { options, calls } = terraformWith("echo '\u001b[31mno\u001b[0m providers'; exit 1");
  for (const time of [1, 2]) {
    await expect(initialize("images", options)).rejects.toMatchObject({
      message: "stack images failed",
      name: "StackFailure",
      errors: ["no providers"],
      failed: [],
      folder: path.relative(PROJECT_FOLDER, path.join(folder, "stacks", "images")),
    });
    expect(calls()).toHaveLength(time);
  }
});

test("a Terraform that is ended while it writes a state fails without what it had written", async () => {
  const { options } = terraformWith('echo \'{"password": "s3cret\'; kill -KILL $$');
  const pulled = readTerraform("images", options, ["state", "pull"], 1);
  await expect(pulled).rejects.toMatchObject({
    errors: [expect.stringMatching(/SIGKILL(?![^]*s3cret)/)],
  });
  const { options: failing } = terraformWith("echo '{'; echo 'no state' >&2; exit 1");
  await expect(readTerraform("images", failing, ["state", "pull"], 1)).rejects.toMatchObject({
    errors: ["no state"],
  });
});

test("a Terraform that says nothing fails with how it ended", async () => {
  const { options } = terraformWith("exit 3");
  await expect(initialize("images", options)).rejects.toMatchObject({
    errors: [expect.stringContaining("Command failed with exit code 3")],
  });
});

test("no Terraform starts after an interruption", async () => {
  const { options, calls } = terraformWith("");
  const signal = AbortSignal.abort(new Error("Ctrl-C"));
  await expect(initialize("images", { ...options, signal })).rejects.toThrow("Ctrl-C");
  expect(calls).toThrow("ENOENT");
});

test("the end of a process without output is told by its signal, its exit code or its error", async () => {
  const ended = async (body: string) =>
    endOf(
      await spawnTerraform("images", terraformWith(body).options, ["x"]).catch((e: unknown) => e),
    );
  expect(await ended("exit 3")).toBe("Terraform ended with 3 and no output");
  expect(await ended("kill -9 $$")).toBe(
    "Terraform was ended from outside (SIGKILL); unfinished work may be missing from the state",
  );
  const { options } = terraformWith("");
  const lost = { ...options, terraform: path.join(folder, "nowhere") };
  expect(endOf(await spawnTerraform("images", lost, []).catch((e: unknown) => e))).toBe(
    "Terraform ended with no exit code and no output",
  );
  expect(endOf(new Error("out of files"))).toBe("out of files");
  expect(endOf("out of files")).toBe("out of files");
});

test("the state is in HCP Terraform if the stack says so", () => {
  const { options } = terraformWith("");
  expect(isInCloud("images", options)).toBe(false);
  const file = path.join(folder, "stacks", "images", "cdk.tf.json");
  writeFileSync(file, '{"terraform":{"cloud":{}}}');
  expect(isInCloud("images", options)).toBe(true);
});

test("a command of the user runs Terraform in the stack's folder", () => {
  const failure = new StackFailure("registry", ["no"], { failed: ["aws_lb.alb"] });
  expect(terraformIn(failure)).toBe("terraform -chdir=.platform/cdktf.out/stacks/registry");
  expect(failure.failed).toEqual(["aws_lb.alb"]);
});

test("an error keeps its resource and loses its colours", () => {
  const red = (words: string) => `\u001b[31m${words}\u001b[0m`;
  const coloured = { summary: red("no"), detail: red("60 s"), address: "aws_lb.alb" };
  const failure = new StackFailure("registry", [coloured]);
  expect(failure.diagnostics).toEqual([{ summary: "no", detail: "60 s", address: "aws_lb.alb" }]);
  expect(failure.errors).toEqual(["no: 60 s"]);
});

test("an interruption after Terraform has ended kills no later process of its number", async () => {
  const { options } = terraformWith("");
  const interruption = new AbortController();
  await initialize("images", { ...options, signal: interruption.signal });
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  interruption.abort();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("advice on a failed plan names the folder of the plan, not that of the deployment", async () => {
  mkdirSync(path.join(folder, "stacks", "images"), { recursive: true });
  writeFileSync(path.join(folder, "stacks", "images", "cdk.tf.json"), '{"terraform":{}}');
  const terraform = path.join(folder, "terraform");
  writeFileSync(terraform, "#!/bin/sh\necho 'Backend configuration changed' >&2\nexit 1\n");
  chmodSync(terraform, 0o755);
  const { signal } = new AbortController();
  const options = {
    terraform,
    environment: {},
    signal,
    report: () => undefined,
    synthFolder: folder,
  };

  const failure: unknown = await initialize("images", options).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(StackFailure);
  const advice = failure instanceof StackFailure ? knownErrors(failure).join("\n") : "";
  const plans = path.relative(PROJECT_FOLDER, path.join(folder, "stacks", "images"));
  expect(advice).toContain(`→ rm -r ${plans}/.terraform.`);
});
