import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StackFailure, initialize } from "../../../../operations/terraform/terraform-process";
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
