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
import { eventReader } from "../../../../operations/terraform/remote-run";
import { StackProgress } from "../../../../operations/terraform/stack-progress";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { applyStack, readOutputs } from "../../../../operations/terraform/terraform-stack";

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
    { type: "text", text: "To view this run in a browser, visit:" },
    { type: "run", url: "https://app.terraform.io/app/acme/platform-platform-dev/runs/run-1" },
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

test("a remote run that waits says what for, and until when", () => {
  const eventsOf = eventReader(true);
  const progress = new StackProgress();
  const lines = [
    "Waiting for 1 run(s) to finish before being queued...",
    "Waiting for 1 run(s) to finish before being queued... (30s elapsed)",
  ];
  for (const [index, line] of lines.entries()) {
    for (const event of eventsOf(line)) progress.record(event, 1000 * index);
    expect(progress.line(0)).toBe(line);
  }
  expect(progress.waiting?.since).toBe(0);
  for (const event of eventsOf("Terraform v1.11.4")) progress.record(event, 2000);
  expect(progress.waiting).toBeUndefined();
  expect(progress.line(0)).toBe("0/0");
});

/** The events of these lines of a remote run. */
const eventsIn = (...lines: readonly string[]) => lines.flatMap(eventReader(true));

test.each([
  [
    "Plan: 2 to import, 10 to add, 11 to change, 12 to destroy.",
    { type: "planned", changes: { add: 10, change: 11, remove: 12 } },
  ],
  [
    "Apply complete! Resources: 2 imported, 10 added, 11 changed, 12 destroyed.",
    { type: "applied", changes: { add: 10, change: 11, remove: 12 } },
  ],
  [
    "No changes. Your infrastructure matches the configuration.",
    { type: "applied", changes: { add: 0, change: 0, remove: 0 } },
  ],
  ["aws_lb.alb: Destroying... [id=alb]", { type: "apply_start", address: "aws_lb.alb" }],
  ["aws_lb.alb: Destruction complete after 1s", { type: "apply_complete", address: "aws_lb.alb" }],
  [
    "Waiting for the manually locked workspace to be unlocked...",
    { type: "waiting", text: "Waiting for the manually locked workspace to be unlocked..." },
  ],
])("the line %j of a remote run is an event", (line, event) => {
  expect(eventsIn(line)).toEqual([event]);
});

test.each([
  ["    No changes. "],
  ["aws_lb.alb: Still creating... [10s elapsed]"],
  ["data.aws_lb.alb: Reading..."],
  ["Waiting for cost estimate to complete..."],
  ["see https://app.terraform.io/app/acme/platform/runs/run-1"],
  ["https://app.terraform.io/app/acme/platform/runs/run-1 and others"],
  ["The plan was: Plan: 1 to add, 0 to change, 0 to destroy."],
  ["It said Apply complete! Resources: 2 added, 1 changed, 0 destroyed."],
])("the line %j of a remote run is only text", (line) => {
  expect(eventsIn(line)).toEqual([{ type: "text", text: line.trim() }]);
});

test("blank lines and the frame of an error are nothing, and JSON stays JSON in a remote run", () => {
  expect(eventsIn("", "   ", "╷")).toEqual([]);
  const json = '{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.alb"}}}';
  expect(eventsIn(json)).toEqual([{ type: "apply_start", address: "aws_lb.alb" }]);
});

describe("the error of a remote run", () => {
  const box = (...lines: readonly string[]) => [...lines.map((line) => `│ ${line}`), "╵"];

  test("keeps its paragraphs, and is of the data source or provider that it names", () => {
    const place = ["", "  with data.aws_lb.alb,", ""];
    const lines = box(
      "Error: no such",
      "load balancer",
      ...place,
      "One",
      "two.",
      "",
      "",
      "Three.",
      "",
      "",
    );
    expect(eventsIn(...lines, "Cleaning up")).toEqual([
      {
        type: "error",
        summary: "no such load balancer",
        detail: "One two.\nThree.",
        address: "data.aws_lb.alb",
      },
      { type: "text", text: "Cleaning up" },
    ]);
    const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
    expect(eventsIn(...box("Error: no credentials", "", `  with ${provider},`))).toEqual([
      { type: "error", summary: "no credentials", detail: "", address: provider },
    ]);
  });

  test("of Terraform itself is of no resource, and a resource is not failed twice", () => {
    expect(eventsIn(...box("Error: Error locking state", "", "Error: it is locked"))).toEqual([
      {
        type: "error",
        summary: "Error locking state",
        detail: "Error: it is locked",
        address: undefined,
      },
    ]);
    const failed = box("Error: no", "", "  with aws_lb.alb,");
    const types = eventsIn("aws_lb.alb: Creating...", ...failed, ...failed).map(({ type }) => type);
    expect(types).toEqual(["apply_start", "apply_errored", "error", "error"]);
    const done = ["aws_lb.alb: Creating...", "aws_lb.alb: Creation complete after 1s"];
    expect(eventsIn(...done, ...failed).map(({ type }) => type)).not.toContain("apply_errored");
  });
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
