import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StackFailure, type Watch, applyStack } from "../../operations/terraform/terraform-stack";
import { stackFolder } from "../../operations/terraform/terraform-process";

// Not the folder that a deployment of this checkout may be using now.
vi.mock("../../operations/terraform/synthesis", () => ({
  SYNTH_FOLDER: path.join(tmpdir(), `terraform-limits-${process.pid}`),
}));

vi.mock("../../spec/limits", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  STACK_MINUTES: { registry: 0.05 },
  STOP_TERRAFORM_SECONDS: 1,
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "terraform-"));
  mkdirSync(stackFolder("registry"), { recursive: true });
  writeFileSync(path.join(stackFolder("registry"), "cdk.tf.json"), '{"terraform":{}}');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(path.dirname(path.dirname(stackFolder("registry"))), { recursive: true });
});

/** A program that inits at once and applies until it is interrupted. */
function waitsForEver(whenInterrupted: string, provider = ""): string {
  const program = path.join(folder, "terraform");
  const started = '{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.alb_1A2B3C4D"}}}';
  writeFileSync(
    program,
    `#!/bin/sh
[ "$1" = apply ] || { mkdir -p .terraform; exit 0; }
trap '${whenInterrupted}' INT
${provider}
echo '${started}'
while :; do sleep 0.1; done
`,
  );
  chmodSync(program, 0o755);
  return program;
}

const anything: unknown = expect.anything();

const nothingToWaitFor: Watch = {
  hopeless: (underWay) => (underWay.length > 0 ? "web: there is nothing to wait for" : undefined),
};

const apply = (terraform: string, watch?: Watch) => {
  const { signal } = new AbortController();
  const options = { terraform, environment: {}, signal, report: () => undefined };
  return applyStack("registry", { ...options, ...(watch && { watch }) });
};

test("Terraform is interrupted if there is nothing to wait for, and the reason comes first", async () => {
  const error: unknown = await apply(waitsForEver("exit 1"), nothingToWaitFor).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StackFailure);
  expect(error).toMatchObject({
    errors: [expect.stringMatching(/^web: there is nothing/), expect.anything()],
  });
});

test("a Terraform that was killed from outside is reported as killed", async () => {
  await expect(apply(waitsForEver("kill -9 $$"), nothingToWaitFor)).rejects.toMatchObject({
    errors: [expect.anything(), expect.stringContaining("ended from outside (SIGKILL)")],
  });
});

test("a stack that takes longer than its limit times out and is stopped", async () => {
  await expect(apply(waitsForEver("exit 1"))).rejects.toMatchObject({
    errors: [expect.stringMatching(/^it timed out after .* minutes and was stopped/), anything],
  });
});

test("a Terraform that exits with 0 after it was stopped, as for a remote run, has not deployed", async () => {
  await expect(apply(waitsForEver("exit 0"))).rejects.toMatchObject({
    errors: [expect.stringMatching(/^it timed out after .* minutes and was stopped/)],
  });
  await expect(apply(waitsForEver("exit 0"), nothingToWaitFor)).rejects.toMatchObject({
    errors: ["web: there is nothing to wait for"],
  });
});

test("a Terraform that ignores the interrupt is killed together with its providers", async () => {
  const file = path.join(folder, "provider");
  const terraform = waitsForEver(":", `sleep 60 > /dev/null 2>&1 & echo $! > ${file}`);
  await expect(apply(terraform, nothingToWaitFor)).rejects.toMatchObject({
    errors: [anything, expect.stringContaining("(SIGKILL)")],
  });
  expect(isRunning(Number(readFileSync(file, "utf8")))).toBe(false);
});

/** A zombie process exists, but no longer runs. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && !/\) [ZX] /.test(readFileSync(status, "utf8"));
}
