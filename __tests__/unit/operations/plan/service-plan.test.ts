import { expect, test } from "vitest";
import { planService } from "../../../../operations/plan/service-plan";
import type { Action, ResourceChange } from "../../../../operations/plan/stack-plan";
import type { StackName } from "../../../../operations/terraform/terraform-stack";

const change = (
  stack: StackName,
  address: string,
  action: Action,
  ...attributes: string[]
): ResourceChange => ({ stack, address, action, attributes, pending: false });

const summaryOf = (...changes: ResourceChange[]) =>
  planService({
    service: "web",
    source: { contentHash: "a1b2c3d4e5f6" },
    tasks: 2,
    newImages: [],
    changes,
  }).summary;

const IMAGE = "docker_image.images_web_image_1A2B3C4D";
const PROBE = "docker_container.images_web_probe_1A2B3C4D";
const TASK = "aws_ecs_task_definition.services_web_task_revision_1A2B3C4D";
const SERVICE = "aws_ecs_service.services_web_service_1A2B3C4D";

test("an image that the engine has lost is built again from the same sources", () => {
  expect(summaryOf(change("images", IMAGE, "create"), change("images", PROBE, "create"))).toBe(
    "image a1b2c3d4 built again",
  );
});

test("a replaced service does not roll", () => {
  const changes = [
    change("platform", TASK, "replace", "cpu"),
    change("platform", SERVICE, "replace", "launch_type"),
  ];
  expect(summaryOf(...changes)).toBe(
    "task definition replaced (cpu); 1 to replace: aws_ecs_service services_web_service (launch_type)",
  );
});

test("a long list says how many more there are", () => {
  const target = "aws_appautoscaling_target.services_web_autoscaling";
  const changes = ["a", "b", "c", "d"].map((name) =>
    change("platform", `${target}_${name}`, "update", "max_capacity"),
  );
  expect(summaryOf(...changes)).toMatch(
    /^4 to change: .*_a .*_b .*_c \(max_capacity\) and 1 more$/,
  );
});

test("the missing part of a partly deployed service is new", () => {
  expect(summaryOf(change("platform", SERVICE, "create"))).toBe("new: service of 2 tasks");
});

test("a change that is not known yet is shown, and does not count as no change", () => {
  expect(summaryOf(change("platform", SERVICE, "unknown"))).toBe(
    "1 not known yet: aws_ecs_service services_web_service",
  );
  expect(summaryOf(change("images", IMAGE, "unknown"))).toBe(
    "1 not known yet: docker_image images_web_image",
  );
});

test("a password that is due is named, and rolls out like any change", () => {
  const login = "aws_secretsmanager_secret_version.database_services_web_login_1A2B3C4D";
  const changes = [
    change("platform", login, "replace", "secret_string_wo_version"),
    change("platform", TASK, "replace", "container_definitions"),
    change("platform", SERVICE, "update", "task_definition"),
  ];
  expect(summaryOf(...changes)).toBe(
    "task definition replaced (container_definitions), rolling, new database password",
  );
  expect(summaryOf(change("platform", login, "create"))).toContain("1 to add");
});
