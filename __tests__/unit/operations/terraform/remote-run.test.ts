import { describe, expect, test } from "vitest";
import { eventReader } from "../../../../operations/terraform/remote-run";
import { StackProgress } from "../../../../operations/terraform/stack-progress";

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
