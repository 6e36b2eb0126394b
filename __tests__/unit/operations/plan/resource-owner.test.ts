import { expect, test } from "vitest";
import { ownerOf, servicesIn } from "../../../../operations/plan/resource-owner";
import { resourceUsers } from "../../../../operations/plan/resource-users";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { STACKS } from "../../../../operations/terraform/terraform-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const synthesis = synthesize({
  ...fixture,
  orders: { ...fixture.orders, database: { name: "sales" } },
});
const stacks = STACKS.map((stack) => parseSynthesizedStack(stack, synthesis[stack].json));
const addresses = stacks.flatMap(({ resources }) => [...resources.keys()]);
const users = resourceUsers(stacks);
const services = Object.keys(fixture);
const ownedBy = (owner: string | undefined, type: string) =>
  addresses
    .filter(
      (address) => address.startsWith(`${type}.`) && ownerOf(address, services, users) === owner,
    )
    .map((address) => address.replace(/_[0-9A-F]{8}$/, ""));

test("the services are read from the addresses, without the platform's own images", () => {
  expect(servicesIn(addresses).sort()).toEqual([...services].sort());
});

test.each([
  "aws_ecr_repository",
  "docker_image",
  "aws_ecs_task_definition",
  "aws_ecs_service",
  "aws_appautoscaling_target",
  "aws_service_discovery_service",
])("each service has its own %s", (type) => {
  for (const service of services) expect(ownedBy(service, type)).toHaveLength(1);
});

test("a service's alarms belong to the service, and the others to none", () => {
  expect(ownedBy("orders", "aws_cloudwatch_metric_alarm")).toEqual([
    "aws_cloudwatch_metric_alarm.alarms_services_orders_limit",
    "aws_cloudwatch_metric_alarm.alarms_services_orders_missing",
  ]);
  expect(ownedBy(undefined, "aws_cloudwatch_metric_alarm")).toEqual([
    "aws_cloudwatch_metric_alarm.alarms_capacity",
    "aws_cloudwatch_metric_alarm.alarms_own-errors",
  ]);
});

test("what only begins or goes on like a scope of services is none", () => {
  const owners = [
    "aws_sfn_state_machine.jobs_nightly-2_machine_0A",
    "aws_sfn_state_machine.other_jobs_nightly_machine_0A",
    "aws_cloudwatch_metric_alarm.alarms_services_web_errors_0A",
    "aws_cloudwatch_metric_alarm.my_alarms_services_web_errors_0A",
    "aws_ecs_service.my_services_web_service_0A",
  ].map((address) => ownerOf(address, services));
  expect(owners).toEqual(["nightly-2", undefined, "web", undefined, undefined]);
});

test("a service's load balancer rule and target group belong to the service", () => {
  expect(ownedBy("order-archive", "aws_lb_listener_rule")).toHaveLength(1);
  expect(ownedBy("order-archive", "aws_lb_target_group")).toHaveLength(1);
  expect(ownedBy("orders", "aws_lb_listener_rule")).toHaveLength(0);
});

test("a database with its own name belongs to the service that uses it", () => {
  expect(ownedBy("orders", "aws_secretsmanager_secret")).toEqual([
    "aws_secretsmanager_secret.database_services_sales_secret",
  ]);
  expect(ownedBy("orders", "aws_secretsmanager_secret_version")).toHaveLength(1);
});

test("a removed service's database belongs to the service with its name", () => {
  const address = "aws_secretsmanager_secret.database_services_order_archive_secret_1A2B3C4D";
  expect(ownerOf(address, services)).toBe("order-archive");
});

test("a rule from one service to another belongs to the caller", () => {
  expect(ownedBy("web", "aws_vpc_security_group_ingress_rule")).toEqual([
    "aws_vpc_security_group_ingress_rule.security-groups_paths_load-balancer-to-web_in",
    "aws_vpc_security_group_ingress_rule.security-groups_paths_web-to-orders_in",
  ]);
});

test("shared resources belong to no service", () => {
  for (const type of ["aws_vpc", "aws_lb", "aws_ecs_cluster", "aws_rds_cluster"]) {
    expect(ownedBy(undefined, type)).toHaveLength(1);
  }
  expect(ownedBy(undefined, "docker_image")).toEqual([
    "docker_image.images_database-setup_image",
    "docker_image.images_ready_image",
  ]);
});

test("a data source belongs to the service that its path names", () => {
  expect(ownerOf("data.aws_ecr_image.services_web_task_pushed-image_1A2B3C4D", services)).toBe(
    "web",
  );
});

test.each([
  "aws_s3_bucket.logs_images_web_bucket",
  "aws_ecs_service.shared_services_web_service",
  "aws_lb_target_group.second-load-balancer_routes_web_target-group",
  "aws_service_discovery_service.old-service-discovery_services_web",
  "aws_service_discovery_instance.service-discovery_services_web_instance",
  "aws_security_group.old-security-groups_services_web_group",
  "aws_vpc_security_group_ingress_rule.old-security-groups_paths_web-to-orders_in",
  "aws_vpc_security_group_ingress_rule.security-groups_paths_web-to-nobody_in",
  "aws_lb.load-balancer_alb",
])("a service's name elsewhere in a path makes no owner: %s", (address) => {
  expect(ownerOf(address, services)).toBeUndefined();
});
