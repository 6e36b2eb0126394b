import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StackFailure, applyStack } from "../../deployment/terraform-stack";
import { stackFolder } from "../../deployment/terraform-process";

// Not the folder that a deployment of this checkout may be using now.
jest.mock("../../deployment/synthesis", () => ({
  SYNTH_FOLDER: path.join(tmpdir(), `terraform-limits-${process.pid}`),
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

/** A program that inits at once and applies until it is told to stop. */
function waitsForEver(whenInterrupted: string): string {
  const program = path.join(folder, "terraform");
  const started = '{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.alb_1A2B3C4D"}}}';
  writeFileSync(
    program,
    `#!/bin/sh
[ "$1" = apply ] || { mkdir -p .terraform; exit 0; }
trap '${whenInterrupted}' INT
echo '${started}'
while :; do sleep 0.1; done
`,
  );
  chmodSync(program, 0o755);
  return program;
}

const apply = (terraform: string, signal = new AbortController().signal) => {
  const options = { terraform, environment: {}, signal, report: () => undefined };
  const watch = {
    hopeless: (underWay: readonly string[]) =>
      underWay.length > 0 ? "web: there is nothing to wait for" : undefined,
  };
  return applyStack("registry", { ...options, watch });
};

test("Terraform is asked to stop when there is nothing to wait for, and the reason comes first", async () => {
  const error: unknown = await apply(waitsForEver("exit 1")).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StackFailure);
  expect(error).toMatchObject({
    errors: [expect.stringMatching(/^web: there is nothing/), expect.anything()],
  });
});

test("one that was killed from outside is said to be, not what it printed", async () => {
  await expect(apply(waitsForEver("kill -9 $$"))).rejects.toMatchObject({
    errors: [expect.anything(), expect.stringContaining("ended from outside (SIGKILL)")],
  });
});
