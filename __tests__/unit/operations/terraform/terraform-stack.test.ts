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
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planStack } from "../../../../operations/plan/plan-stack";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { applyStack, readOutputs } from "../../../../operations/terraform/terraform-stack";

describe("Terraform", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "terraform-stack-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A program that records its calls, prints a text and exits. */
  function optionsFor(terraform: object, text: string, exitCode: number) {
    const stack = path.join(folder, "stacks", "registry");
    mkdirSync(path.join(stack, ".terraform"), { recursive: true });
    writeFileSync(path.join(stack, "cdk.tf.json"), JSON.stringify({ terraform }));
    for (const memory of ["terraform.tfstate", "environment"]) {
      writeFileSync(path.join(stack, ".terraform", memory), "another backend's");
    }
    writeFileSync(path.join(folder, "text"), text);
    const program = path.join(folder, "terraform");
    writeFileSync(
      program,
      `#!/bin/sh
echo "$@" >> ${folder}/calls
case "$1" in
  init) ls -A .terraform >> ${folder}/calls ;;
  show) echo '{"values":{"root_module":{"resources":[{"address":"aws_x.y"}]}}}' ;;
  state) cat ${folder}/text ;;
  plan) cat ${folder}/text; touch secret-until-deleted.tfplan; exit ${exitCode} ;;
  *) cat ${folder}/text; exit ${exitCode} ;;
esac
`,
    );
    chmodSync(program, 0o755);
    const signal = new AbortController().signal;
    return {
      terraform: program,
      environment: {},
      signal,
      report: () => undefined,
      synthFolder: folder,
    };
  }
  const calls = () => readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");

  const APPLY = "apply -json -auto-approve -input=false -refresh=true";

  test.each([
    ["a file", { backend: { local: {} } }, `${APPLY} -lock-timeout=30s -parallelism=20`],
    // HCP Terraform refuses -parallelism, and cancels a run that does not start in time.
    ["HCP Terraform", { cloud: {} }, `${APPLY} -lock-timeout=180s`],
  ])(
    "gets the options for a state in %s, and forgets the previous backend",
    async (_, block, apply) => {
      const options = optionsFor(
        block,
        "Apply complete! Resources: 2 added, 1 changed, 0 destroyed.",
        0,
      );
      await applyStack("registry", options);
      expect(calls()).toEqual(["init -input=false -no-color", apply]);
    },
  );

  test.each([
    [
      "from a state that it need not refresh",
      { trustState: true },
      "-refresh=false -lock-timeout=180s",
    ],
    // Terraform takes no planning option beside a plan.
    ["a plan", { planFile: "approved.tfplan" }, "-lock-timeout=180s approved.tfplan"],
  ])("applies %s", async (_, given, args) => {
    const text = "No changes. Your infrastructure matches the configuration.";
    await applyStack("registry", { ...optionsFor({ cloud: {} }, text, 0), ...given });
    expect(calls().at(-1)).toBe(`apply -json -auto-approve -input=false ${args}`);
  });

  test("that ends without a word has failed, with its exit code or without success", async () => {
    await expect(applyStack("registry", optionsFor({}, "", 3))).rejects.toMatchObject({
      errors: ["Terraform ended with 3 and no output"],
    });
    const silent = applyStack("registry", optionsFor({ cloud: {} }, "", 0));
    await expect(silent).rejects.toMatchObject({
      errors: ['the remote run ended without "Apply complete!" and without "No changes".'],
    });
  });

  test("that fails remotely is told by its own errors alone", async () => {
    const text = "│ Error: no\n╵\n";
    await expect(applyStack("registry", optionsFor({ cloud: {} }, text, 1))).rejects.toMatchObject({
      errors: ["no"],
      stackName: "registry",
      synthFolder: folder,
    });
  });

  test("needs no success in words for a state in a file", async () => {
    const done = applyStack("registry", optionsFor({ backend: { local: {} } }, "", 0));
    expect(await done).toEqual({ add: 0, change: 0, remove: 0 });
  });

  test("reports the reason and the resource of a failed remote run", async () => {
    const text = [
      "aws_ecs_service.orders: Creating...",
      "│ Error: Resource postcondition failed",
      "│ ",
      "│ web was rolled back",
      "╵",
      "│ Error: creating ECS Service (orders): no such target group",
      "│ ",
      "│   with aws_ecs_service.orders,",
      "╵",
    ].join("\n");
    const applied = applyStack("registry", optionsFor({ cloud: {} }, text, 1));
    await expect(applied).rejects.toMatchObject({
      failed: ["aws_ecs_service.orders"],
      errors: [
        expect.stringContaining("web was rolled back"),
        expect.stringContaining("creating ECS Service (orders): no such target group"),
      ],
    });
  });

  test("reads the existing resources if a remote plan is not possible yet", async () => {
    const text = "│ Error: Unable to find remote state\n╵\n";
    const options = {
      ...optionsFor({ cloud: {} }, text, 1),
      foreseen: (error: string) => error.startsWith("Unable"),
      trustState: false,
    };
    expect(await planStack("registry", options)).toEqual({
      errored: true,
      prior_state: { values: { root_module: { resources: [{ address: "aws_x.y" }] } } },
    });
  });

  /** As Terraform ends a run that stayed in the queue for longer than its lock timeout. */
  const CANCELLED = `To view this run in a browser, visit:
https://app.terraform.io/app/acme/platform-registry-use1-dev/runs/run-7

Waiting for the manually locked workspace to be unlocked...
\u001b[0m\u001b[31mLock timeout exceeded, sending interrupt to cancel the remote operation.
\u001b[0m
\u001b[0m\u001b[31mThe remote operation was successfully cancelled.\u001b[0m
`;

  test("that exits with 0 after a cancelled remote run has applied nothing", async () => {
    const deployment = applyStack("registry", optionsFor({ cloud: {} }, CANCELLED, 0));
    await expect(deployment).rejects.toMatchObject({
      errors: [
        expect.stringMatching(
          /runs\/run-7\) ended without "Apply complete!".*\n[^]*Lock timeout exceeded[^]*successfully cancelled\.$/,
        ),
      ],
    });
  });

  test("that exits with 0 after a remote run without changes is done", async () => {
    const text = "\u001b[1mNo changes.\u001b[0m Your infrastructure matches the configuration.\n";
    expect(await applyStack("registry", optionsFor({ cloud: {} }, text, 0))).toEqual({
      add: 0,
      change: 0,
      remove: 0,
    });
  });

  test.each([
    ["a state in HCP Terraform", { cloud: {} }],
    ["a state in a file", { backend: { local: {} } }],
  ])("that exits with 0 after an interrupt has not deployed: %s", async (_, block) => {
    const stop = new AbortController();
    const options = { ...optionsFor(block, "", 0), signal: stop.signal };
    writeFileSync(
      options.terraform,
      `#!/bin/sh
[ "$1" = apply ] || { mkdir -p .terraform; exit 0; }
trap 'echo Apply complete! Resources: 0 added, 0 changed, 0 destroyed.; exit 0' INT
touch ${folder}/started
while :; do sleep 0.02; done
`,
    );
    const deployment = applyStack("registry", options);
    const begun = setInterval(() => {
      if (existsSync(path.join(folder, "started"))) stop.abort(new Error("interrupted"));
    }, 20);
    await expect(deployment).rejects.toThrow("interrupted");
    clearInterval(begun);
  });

  test("gives the outputs from the state, which a workspace may not have", async () => {
    const state = JSON.stringify({
      version: 4,
      outputs: { url: { value: "http://x", type: "string" } },
    });
    expect(await readOutputs("registry", optionsFor({ cloud: {} }, state, 0))).toEqual({
      url: "http://x",
    });
    expect(await readOutputs("registry", optionsFor({ cloud: {} }, " \n", 0))).toEqual({});
    expect(calls()).toContain("state pull");
  });

  const planning = { foreseen: () => false, trustState: false };

  test.each([
    ["HCP Terraform", { cloud: {} }],
    ["a file", { backend: { local: {} } }],
  ])("plans without a lock, which a state in %s would have to wait for", async (_, block) => {
    await planStack("registry", { ...optionsFor(block, "", 0), ...planning });
    expect(calls()).toContain(
      "plan -json -input=false -out=secret-until-deleted.tfplan -lock=false -refresh=true",
    );
  });

  test("says during a plan what a remote run waits for", async () => {
    const said: string[] = [];
    const text = "Waiting for 2 run(s) to finish before being queued...\n";
    await planStack("registry", {
      ...optionsFor({ cloud: {} }, text, 0),
      ...planning,
      report: (line: string) => said.push(line),
    });
    expect(said).toContain(text.trim());
  });

  test("that cannot show a plan fails in its own words, without colours", async () => {
    const options = optionsFor({ cloud: {} }, "", 0);
    const program = readFileSync(options.terraform, "utf8");
    const refusal = "echo '\u001b[31mError: \u001b[0mcould not read plan data' >&2; exit 1 ;;";
    writeFileSync(options.terraform, program.replace(/show\) .*/, `show) ${refusal}`));
    const plan = planStack("registry", { ...options, ...planning });
    await expect(plan).rejects.toBeInstanceOf(StackFailure);
    await expect(plan).rejects.toMatchObject({ errors: ["Error: could not read plan data"] });
  });
});
