import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planStack } from "../../../../operations/plan/plan-stack";
import { eventReader } from "../../../../operations/terraform/remote-run";
import { applyStack } from "../../../../operations/terraform/terraform-stack";

/** A remote run as Terraform prints it, with its box and colours. */
const TEXT = `
To view this run in a browser, visit:
https://app.terraform.io/app/acme/platform-platform-dev/runs/run-1

Plan: 3 to add, 1 to change, 0 to destroy.
\u001b[1maws_ecs_task_definition.services_web_task_1A2B3C4D: Creating...\u001b[0m
aws_ecs_task_definition.services_web_task_1A2B3C4D: Creation complete after 0s [id=platform-web]
aws_ecs_service.services_orders_service_1A2B3C4D: Creating...
aws_ecs_service.services_web_service_1A2B3C4D: Modifying... [id=web]
aws_ecs_service.services_web_service_1A2B3C4D: Modifications complete after 41s [id=web]
\u001b[31m╷\u001b[0m
│ Error: Resource postcondition failed
│ 
│   on cdk.tf.json line 2, in resource.aws_ecs_service.services_web_service_1A2B3C4D.lifecycle.postcondition[0]:
│    2: "postcondition":[{"condition":"…"}]
│     ├────────────────
│     │ self.task_definition is "…:7"
│ 
│ web was rolled back: its new task definition never became healthy, and the
│ one before serves on.
╵
╷
│ Error: creating ECS Service (orders): InvalidParameterException: no
│ such target group
│ 
│   with aws_ecs_service.services_orders_service_1A2B3C4D,
│   on cdk.tf.json line 3, in resource.aws_ecs_service.services_orders_service_1A2B3C4D:
│ 
╵
Apply complete! Resources: 2 added, 1 changed, 0 destroyed.
`;

const orders = "aws_ecs_service.services_orders_service_1A2B3C4D";

test("a remote run's text gives the same events as JSON", () => {
  const eventsOf = eventReader(true);
  const events = TEXT.split("\n").flatMap(eventsOf);
  expect(events).toEqual([
    { type: "planned", changes: { add: 3, change: 1, remove: 0 } },
    { type: "apply_start", address: "aws_ecs_task_definition.services_web_task_1A2B3C4D" },
    { type: "apply_complete", address: "aws_ecs_task_definition.services_web_task_1A2B3C4D" },
    { type: "apply_start", address: orders },
    { type: "apply_start", address: "aws_ecs_service.services_web_service_1A2B3C4D" },
    { type: "apply_complete", address: "aws_ecs_service.services_web_service_1A2B3C4D" },
    {
      type: "error",
      summary: "Resource postcondition failed",
      detail:
        "web was rolled back: its new task definition never became healthy, and the one before serves on.",
      address: "aws_ecs_service.services_web_service_1A2B3C4D",
    },
    { type: "apply_errored", address: orders },
    {
      type: "error",
      detail: "",
      address: orders,
      summary: "creating ECS Service (orders): InvalidParameterException: no such target group",
    },
    { type: "applied", changes: { add: 2, change: 1, remove: 0 } },
  ]);
});

test("a run on this machine is read as JSON, and its other lines are not errors", () => {
  const eventsOf = eventReader(false);
  expect(TEXT.split("\n").flatMap(eventsOf)).toEqual([]);
  expect(eventsOf('{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.alb"}}}')).toHaveLength(
    1,
  );
});

describe("Terraform", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "remote-run-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A program that records its calls, prints a text and exits. */
  function optionsFor(terraform: object, text: string, exitCode: number) {
    const stack = path.join(folder, "stacks", "registry");
    mkdirSync(path.join(stack, ".terraform"), { recursive: true });
    writeFileSync(path.join(stack, "cdk.tf.json"), JSON.stringify({ terraform }));
    writeFileSync(path.join(stack, ".terraform", "terraform.tfstate"), "another backend's");
    writeFileSync(path.join(folder, "text"), text);
    const program = path.join(folder, "terraform");
    writeFileSync(
      program,
      `#!/bin/sh
echo "$@" >> ${folder}/calls
case "$1" in
  init) ls -A .terraform >> ${folder}/calls ;;
  show) echo '{"values":{"root_module":{"resources":[{"address":"aws_x.y"}]}}}' ;;
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

  test("reports the reason and the resource of a failed remote run", async () => {
    const options = optionsFor({ cloud: {} }, TEXT, 1);
    await expect(applyStack("registry", options)).rejects.toMatchObject({
      failed: [orders],
      errors: [
        expect.stringContaining(
          "web was rolled back: its new task definition never became healthy",
        ),
        expect.stringContaining("creating ECS Service (orders)"),
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
});
