import { expect, test } from "vitest";
import {
  StackProgress,
  describeChanges,
  readableAddress,
} from "../../../../operations/terraform/stack-progress";
import { parseEvent } from "../../../../operations/terraform/terraform-events";

const SECOND = 1000;
const line = (type: string, rest: object) => JSON.stringify({ type, ...rest });
const hook = (addr: string) => ({ hook: { resource: { addr } } });
const summary = (operation: string, add: number, change: number, remove: number) =>
  line("change_summary", { changes: { operation, add, change, remove } });

/** The progress after Terraform has written these lines, one second apart. */
function follow(...lines: string[]): StackProgress {
  const progress = new StackProgress();
  lines.forEach((text, index) => {
    const event = parseEvent(text);
    if (event) progress.record(event, index * SECOND);
  });
  return progress;
}

test("the longest wait is shown first, with its reason", () => {
  const progress = follow(
    summary("plan", 3, 0, 0),
    line("apply_start", hook("aws_lb.load-balancer_alb_1A2B3C4D")),
    line("apply_start", hook("aws_vpc.network_vpc_1A2B3C4D")),
    line("apply_start", hook("aws_eip.network_nat-address-0_1A2B3C4D")),
    line("apply_complete", hook("aws_vpc.network_vpc_1A2B3C4D")),
  );
  expect(progress.line(41 * SECOND)).toBe(
    "1/3, aws_lb load-balancer_alb 40 s: the AWS provider checks a load balancer after a minute (and 1 more)",
  );
});

test("reading a data source does not count as a change", () => {
  const progress = follow(
    summary("plan", 1, 0, 0),
    line("apply_start", hook("data.aws_ecr_image.web_pushed-image_1A2B3C4D")),
    line("apply_complete", hook("data.aws_ecr_image.web_pushed-image_1A2B3C4D")),
  );
  expect(progress.line(0)).toBe("0/1");
});

test("the final count comes from the apply, not from the plan", () => {
  const progress = follow(summary("plan", 3, 1, 2), summary("apply", 2, 1, 2));
  expect(describeChanges(progress.changes)).toBe("2 to add, 1 to change, 2 to destroy");
});

test("errors are kept in Terraform's words, each with its resource", () => {
  const progress = follow(
    line("apply_start", hook("docker_container.web_probe_1A2B3C4D")),
    line("apply_errored", hook("docker_container.web_probe_1A2B3C4D")),
    line("diagnostic", { diagnostic: { severity: "warning", summary: "old" } }),
    line("diagnostic", {
      diagnostic: {
        severity: "error",
        summary: "not healthy",
        detail: "60 s",
        address: "docker_container.web_probe_1A2B3C4D",
      },
    }),
  );
  expect(progress.errors).toEqual([
    {
      summary: "not healthy",
      detail: "60 s",
      address: "docker_container.web_probe_1A2B3C4D",
    },
  ]);
  expect(progress.failed).toEqual(["docker_container.web_probe_1A2B3C4D"]);
});

test.each([
  [
    "resource.aws_ecs_service.web_service.lifecycle.postcondition[0]",
    "aws_ecs_service.web_service",
  ],
  ["data.terraform_remote_state.registry", "data.terraform_remote_state.registry"],
  ["terraform.backend.s3", undefined],
  ["provider.resource.aws_lb.alb", undefined],
  [undefined, undefined],
])("an error without an address has that of its place, %s", (context, address) => {
  const diagnostic = { severity: "error", summary: "no", snippet: { context } };
  expect(parseEvent(line("diagnostic", { diagnostic }))).toMatchObject({ address });
});

test("lines that are not JSON or carry no event are skipped", () => {
  expect(parseEvent("Terraform crashed")).toBeUndefined();
  expect(parseEvent("[]")).toBeUndefined();
  expect(parseEvent(line("log", {}))).toBeUndefined();
});

test("a summary is of the plan or of the apply, and other events are none of ours", () => {
  expect(parseEvent(summary("plan", 1, 2, 3))).toEqual({
    type: "planned",
    changes: { add: 1, change: 2, remove: 3 },
  });
  expect(parseEvent(summary("apply", 1, 2, 3))).toMatchObject({ type: "applied" });
  expect(parseEvent(line("apply_start", {}))).toBeUndefined();
  expect(parseEvent(line("apply_progress", hook("aws_lb.alb")))).toBeUndefined();
  expect(parseEvent("null")).toBeUndefined();
});

test("an error without a detail has an empty one, and its own address before that of its place", () => {
  const snippet = { context: "resource.aws_lb.other" };
  const diagnostic = { severity: "error", summary: "no", address: "aws_lb.alb", snippet };
  expect(parseEvent(line("diagnostic", { diagnostic }))).toEqual({
    type: "error",
    summary: "no",
    detail: "",
    address: "aws_lb.alb",
  });
});

test.each([
  ["aws_acm_certificate_validation", ": ACM looks for its record in DNS"],
  ["aws_rds_cluster", ": the AWS provider checks a cluster every half minute"],
  ["aws_rds_cluster_instance", ": the AWS provider checks an instance every half minute"],
  ["aws_ecs_service", ": tasks start, become healthy and replace the old ones"],
  ["docker_image", ": the image is built"],
  ["docker_container", ": the image runs until it is healthy"],
  ["docker_registry_image", ": the image is pushed"],
  ["aws_vpc", ""],
])("a wait for %s is explained if it is unavoidable", (type, reason) => {
  const progress = follow(line("apply_start", hook(`${type}.x_1A2B3C4D`)));
  expect(progress.line(1499)).toBe(`0/0, ${type} x 1 s${reason}`);
});

test("the total counts all that is added, changed and destroyed, and a failed resource waits no longer", () => {
  const progress = follow(
    summary("plan", 4, 3, 2),
    line("apply_start", hook("aws_lb.alb")),
    line("apply_errored", hook("aws_lb.alb")),
  );
  expect(progress.line(0)).toBe("0/9");
  expect(progress.underWay).toEqual([]);
});

test("of a remote run the last five lines are kept, its page, and whether it has applied", () => {
  const progress = new StackProgress();
  for (const text of ["1", "2", "3", "4", "5"]) progress.record({ type: "text", text }, 0);
  expect(progress.lastWords).toEqual(["1", "2", "3", "4", "5"]);
  progress.record({ type: "waiting", text: "6" }, 0);
  expect(progress.lastWords).toEqual(["2", "3", "4", "5", "6"]);
  progress.record({ type: "run", url: "https://run" }, 0);
  const changes = { add: 1, change: 0, remove: 0 };
  progress.record({ type: "planned", changes }, 0);
  expect(progress).toMatchObject({ run: "https://run", applied: false, changes });
  progress.record({ type: "applied", changes }, 0);
  expect(progress.applied).toBe(true);
});

test("addresses are read without cdktf's hash", () => {
  expect(readableAddress("aws_lb.load-balancer_alb_1A2B3C4D")).toEqual({
    type: "aws_lb",
    name: "load-balancer_alb",
  });
  expect(readableAddress("module.x.aws_lb.alb_1A2B3C4D_old")).toEqual({
    type: "module",
    name: "x.aws_lb.alb_1A2B3C4D_old",
  });
});
