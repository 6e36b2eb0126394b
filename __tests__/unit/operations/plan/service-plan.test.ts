import { expect, test } from "vitest";
import { type ServiceFacts, planService } from "../../../../operations/plan/service-plan";
import type { Action, ResourceChange } from "../../../../operations/plan/stack-plan";
import type { StackName } from "../../../../operations/terraform/terraform-stack";

const change = (
  stack: StackName,
  address: string,
  action: Action,
  ...attributes: string[]
): ResourceChange => ({ stack, address, action, attributes, pending: false });

const planOf = (changes: readonly ResourceChange[], given: Partial<ServiceFacts> = {}) =>
  planService({
    service: "web",
    sourceOf: () => ({ contentHash: "a1b2c3d4e5f6" }),
    tasks: 2,
    newImages: [],
    changes,
    ...given,
  });
const summaryOf = (...changes: ResourceChange[]) => planOf(changes).summary;

const IMAGE = "docker_image.images_web_image_1A2B3C4D";
const PROBE = "docker_container.images_web_probe_1A2B3C4D";
const TASK = "aws_ecs_task_definition.services_web_task_revision_1A2B3C4D";
const SERVICE = "aws_ecs_service.services_web_service_1A2B3C4D";

test("a plan has the service's changes and new images beside their summary", () => {
  const changes = [change("platform", TASK, "replace")];
  expect(planOf(changes, { newImages: ["web", "database-setup"] })).toEqual({
    service: "web",
    status: "changed",
    summary: "task definition replaced (new image of database-setup), rolling",
    newImages: ["web", "database-setup"],
    changes,
  });
  expect(planOf([])).toMatchObject({ status: "unchanged", summary: "no change" });
  expect(planOf([], { sourceOf: () => undefined })).toMatchObject({ status: "removed" });
});

test("a promoted image that the engine has lost is pulled again from its environment", () => {
  const sourceOf = () => ({ environment: "dev" });
  expect(planOf([change("images", IMAGE, "create")], { sourceOf }).summary).toBe(
    "image of dev pulled again",
  );
});

test("an image that is scanned by other rules is no new image", () => {
  const scan = change("images", "terraform_data.images_web_Scan_1A2B3C4D", "replace");
  expect(summaryOf(scan)).toBe("scanned again");
  expect(summaryOf(scan, change("images", PROBE, "replace"))).toBe("probed again");
  const sources = change("images", "terraform_data.images_web_build_1A2B3C4D", "replace");
  expect(summaryOf(scan, sources)).toBe("new image a1b2c3d4");
});

test("a signature alone is no new image either", () => {
  const signature = change("images", "terraform_data.images_web_Signature_1A2B3C4D", "create");
  const source = change("images", "terraform_data.images_web_SourceSignature_1A2B3C4D", "create");
  expect(summaryOf(signature)).toBe("signed");
  expect(summaryOf(signature, source)).toBe("signed");
  expect(summaryOf(signature, change("images", PROBE, "replace"))).toBe("probed again");
});

test.each([
  ["terraform_data.images_web_sources", "new image a1b2c3d4"],
  [IMAGE, "image a1b2c3d4 built again"],
  [PROBE, "probed again"],
  ["docker_registry_image.images_web_pushed", "pushed again"],
])("what is created or replaced of an image is named: %s", (address, phrase) => {
  const others = ["docker_tag.images_web_tag", "docker_registry_image.images_web_pushed"];
  for (const action of ["create", "replace"] as const) {
    const changes = others.map((other) => change("images", other, "update"));
    expect(summaryOf(...changes, change("images", address, action))).toBe(phrase);
  }
});

test("what is deleted of an image is shown as a resource", () => {
  expect(summaryOf(change("images", PROBE, "delete"))).toBe(
    "1 to destroy: docker_container images_web_probe",
  );
});

test("the image of a sidecar is told from that of its service", () => {
  const sidecar = change("images", "terraform_data.images_web_otel_build_1A2B3C4D", "replace");
  expect(planOf([sidecar]).summary).toBe("web_otel: new image a1b2c3d4");
  const own = change("images", "terraform_data.images_web_build_1A2B3C4D", "replace");
  expect(planOf([sidecar, own]).summary).toBe("new image a1b2c3d4, web_otel: new image a1b2c3d4");
});

test("a new service lists its sidecars", () => {
  const created = ["images_web_image_1A2B3C4D", "images_web_otel_image_1A2B3C4D"].map((name) =>
    change("images", `docker_image.${name}`, "create"),
  );
  expect(planOf([...created, change("platform", SERVICE, "create")]).summary).toBe(
    "new: image a1b2c3d4, sidecar otel, service of 2 tasks",
  );
});

test("a removed service without tasks loses its image, then its repository", () => {
  const changes = [
    change("registry", "aws_ecr_repository.images_web_repository", "delete"),
    change("images", IMAGE, "delete"),
  ];
  expect(planOf(changes, { sourceOf: () => undefined }).summary).toBe(
    "removed: image, then repository",
  );
});

test.each([
  [TASK, "create", [], "1 to add: aws_ecs_task_definition services_web_task_revision"],
  [
    SERVICE,
    "update",
    ["desired_count", "task_definition"],
    "1 to change: aws_ecs_service services_web_service (desired_count, task_definition)",
  ],
  [
    "aws_ecs_task_set.services_web_set",
    "update",
    ["task_definition"],
    "1 to change: aws_ecs_task_set services_web_set (task_definition)",
  ],
] as const)("a change that no phrase covers is shown: %s %s", (address, action, names, words) => {
  expect(summaryOf(change("platform", address, action, ...names))).toBe(words);
});

test("only an added or removed rule changes what a service reaches, and only a service's own", () => {
  const rule = "aws_vpc_security_group_ingress_rule.security-groups_paths_web-to-orders";
  const both = (action: Action) =>
    ["in", "out"].map((end) => change("platform", `${rule}_${end}_1A2B3C4D`, action));
  expect(summaryOf(...both("create"))).toBe("reaches orders");
  expect(summaryOf(...both("delete"))).toBe("no longer reaches orders");
  expect(summaryOf(...both("update"))).toMatch(/^2 to change: [^,]*_in, [^,]*_out$/);
  const elsewhere = "aws_route53_record.names_web-to-orders";
  expect(summaryOf(change("platform", elsewhere, "create"))).toBe(
    "1 to add: aws_route53_record names_web-to-orders",
  );
});

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
  const changes = [change("platform", SERVICE, "create")];
  expect(summaryOf(...changes)).toBe("new: service of 2 tasks");
  expect(planOf(changes, { tasks: 1 }).summary).toBe("new: service of 1 task");
  expect(planOf(changes, { tasks: undefined }).summary).toBe("new: job");
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
  expect(summaryOf(change("platform", login, "create"))).toBe(
    "1 to add: aws_secretsmanager_secret_version database_services_web_login",
  );
});

test("a job is new, changed from its next run, and removed as a job", () => {
  const SCHEDULE = "aws_scheduler_schedule.jobs_nightly_schedule_1A2B3C4D";
  const MACHINE = "aws_sfn_state_machine.jobs_nightly_runs_1A2B3C4D";
  const REVISION = "aws_ecs_task_definition.jobs_nightly_task_revision_1A2B3C4D";
  const job = { service: "nightly", tasks: undefined };
  expect(planOf([change("platform", SCHEDULE, "create")], job)).toMatchObject({
    status: "new",
    summary: "new: job",
  });
  const changes = [
    change("platform", REVISION, "replace", "container_definitions"),
    change("platform", MACHINE, "update", "definition"),
  ];
  expect(planOf(changes, job).summary).toBe(
    "task definition replaced (container_definitions), from its next run",
  );
  const removed = [SCHEDULE, MACHINE].map((address) => change("platform", address, "delete"));
  expect(planOf(removed, { ...job, sourceOf: () => undefined }).summary).toBe("removed: job");
});
