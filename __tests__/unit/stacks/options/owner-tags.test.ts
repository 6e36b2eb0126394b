import { expect, test } from "vitest";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { type SynthesizedStack, synthesize } from "../../../support/synth";

const owner = "payments team";
const services: Services = {
  ...fixture,
  web: { ...fixture.web, owner, receives: ["orders"] },
  nightly: {
    size: { cpu: 256, memory: 512 },
    schedule: { everyMinutes: 60 },
    owner: "night shift",
  },
};
const { registry, platform } = synthesize(services);

/** The addresses of the resources with an owner, without cdktf's hash. */
function owned(stack: SynthesizedStack, by: string): string[] {
  return Object.entries(stack.json["resource"] ?? {}).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, { tags }]) =>
      (tags as { Owner?: string } | undefined)?.Owner === by
        ? [`${type}.${name.replace(/_[0-9A-F]{8}$/, "")}`]
        : [],
    ),
  );
}

test("what belongs to a service has its owner as a tag, and nothing else has it", () => {
  expect(owned(registry, owner)).toEqual(["aws_ecr_repository.images_web_repository"]);
  const found = owned(platform, owner);
  expect(found).toEqual(
    expect.arrayContaining([
      "aws_ecs_service.services_web_service",
      "aws_ecs_task_definition.services_web_task_revision",
      "aws_cloudwatch_log_group.services_web_task_log",
      "aws_iam_role.services_web_task_roles_task",
      "aws_lb_target_group.load-balancer_routes_web_target-group",
      "aws_security_group.security-groups_services_web_group",
      "aws_service_discovery_service.service-discovery_services_web",
      "aws_cloudwatch_metric_alarm.alarms_services_web_errors",
      "aws_cloudwatch_metric_alarm.alarms_services_web_orders_dead-letters",
    ]),
  );
  expect(found.filter((address) => !/_web(_|$)/.test(address))).toEqual([]);
  expect(owned(platform, "night shift")).toEqual(
    expect.arrayContaining([
      "aws_sfn_state_machine.jobs_nightly_runs",
      "aws_cloudwatch_metric_alarm.alarms_services_nightly_failed-runs",
    ]),
  );
});

test("a queue is not owned because a service has its name", () => {
  expect(owned(platform, owner).filter((address) => address.startsWith("aws_sqs"))).toEqual([]);
  const named = synthesize({ ...fixture, web: { ...fixture.web, owner, receives: ["web"] } });
  expect(owned(named.platform, owner).filter((each) => each.startsWith("aws_sqs"))).toEqual([]);
});

test("a catalogue without owners has no such tag", () => {
  expect(JSON.stringify(synthesize(fixture).platform.json)).not.toContain('"Owner"');
});
