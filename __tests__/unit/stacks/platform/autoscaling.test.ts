import { describe, expect, test } from "vitest";
import type { Scaling } from "../../../../spec/service/scaling";
import { fixture } from "../../../support/services";
import { type Block, plain, synthesize } from "../../../support/synth";

const range = { min: 2, max: 10 };
const TARGET = "aws_appautoscaling_target.services_web_autoscaling_target";

/** What of one kind belongs to the scaling of `web`. */
function scaledBy(scaling: Scaling, type: string): Block[] {
  const services = { ...fixture, web: { ...fixture.web, scaling } };
  const own = synthesize(services)
    .platform.addressed(type)
    .filter(({ address }) => address.includes(".services_web_autoscaling_"));
  return plain(own.map(({ block }) => block)) as Block[];
}

describe("each number of a service's scaling", () => {
  const policies = (scaling: Scaling) =>
    scaledBy(scaling, "aws_appautoscaling_policy").map(
      (block) => block["target_tracking_scaling_policy_configuration"],
    );

  test("is the target of a policy: CPU and memory", () => {
    expect(policies({ ...range, cpu: 40, memory: 65 })).toMatchObject([
      { target_value: 40, scale_out_cooldown: 60, scale_in_cooldown: 300 },
      { target_value: 65, scale_out_cooldown: 60, scale_in_cooldown: 300 },
    ]);
  });

  test("or the time between two changes, the same for all policies", () => {
    const cooldown = { outSeconds: 0, inSeconds: 900 };
    expect(policies({ ...range, requests: 600, cooldown })).toEqual(
      Array(3).fill(expect.objectContaining({ scale_out_cooldown: 0, scale_in_cooldown: 900 })),
    );
    expect(policies({ ...range, cooldown: { inSeconds: 900 } })).toMatchObject([
      { scale_out_cooldown: 60, scale_in_cooldown: 900 },
      { scale_out_cooldown: 60, scale_in_cooldown: 900 },
    ]);
  });

  test("or the requests that the load balancer sends to each task of its own target group", () => {
    const [, , requests] = scaledBy({ ...range, requests: 600 }, "aws_appautoscaling_policy");
    expect(requests).toMatchObject({
      name: "platform-web-requests-dev",
      target_tracking_scaling_policy_configuration: {
        target_value: 600,
        predefined_metric_specification: {
          predefined_metric_type: "ALBRequestCountPerTarget",
          resource_label:
            "${aws_lb.load-balancer_alb.arn_suffix}/${aws_lb_target_group.load-balancer_routes_web_target-group.arn_suffix}",
        },
      },
    });
  });

  test("changes nothing if it is left out", () => {
    expect(policies(range)).toEqual(policies({ ...range, cpu: 70, memory: 80 }));
    expect(policies(range)).toHaveLength(2);
    expect(scaledBy(range, "aws_appautoscaling_scheduled_action")).toEqual([]);
    expect(scaledBy(range, "terraform_data")).toEqual([]);
  });
});

describe("a service with a schedule", () => {
  const scaling: Scaling = {
    ...range,
    schedule: [
      { cron: "0 8 ? * MON-FRI *", timeZone: "Europe/Berlin", min: 4, max: 20 },
      { at: "2026-12-24T18:00:00", min: 1, max: 2 },
    ],
  };

  test("gets another range at each of its times, in its zone or in UTC", () => {
    expect(scaledBy(scaling, "aws_appautoscaling_scheduled_action")).toMatchObject([
      {
        name: "platform-web-time-0-dev",
        service_namespace: `\${${TARGET}.service_namespace}`,
        scalable_dimension: `\${${TARGET}.scalable_dimension}`,
        resource_id: `\${${TARGET}.resource_id}`,
        schedule: "cron(0 8 ? * MON-FRI *)",
        timezone: "Europe/Berlin",
        scalable_target_action: { min_capacity: "4", max_capacity: "20" },
      },
      {
        name: "platform-web-time-1-dev",
        schedule: "at(2026-12-24T18:00:00)",
        timezone: "UTC",
        scalable_target_action: { min_capacity: "1", max_capacity: "2" },
      },
    ]);
  });

  test("keeps the range that AWS set at such a time, until the catalogue has another one", () => {
    const [target] = scaledBy(scaling, "aws_appautoscaling_target");
    expect(target).toMatchObject({
      min_capacity: 2,
      max_capacity: 10,
      lifecycle: {
        ignore_changes: ["min_capacity", "max_capacity"],
        replace_triggered_by: [
          "aws_ecs_service.services_web_service.id",
          "terraform_data.services_web_autoscaling_range",
        ],
      },
    });
    expect(scaledBy(scaling, "terraform_data")).toMatchObject([{ input: range }]);
    const [plainTarget] = scaledBy(range, "aws_appautoscaling_target");
    expect(plainTarget?.["lifecycle"]).not.toHaveProperty("ignore_changes");
  });

  test("loses no policy and no time with a replaced target, with which AWS deletes them", () => {
    const dependent = ["aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action"];
    const own = dependent.flatMap((type) => scaledBy(scaling, type));
    expect(own).toHaveLength(4);
    for (const { lifecycle } of own) {
      expect(lifecycle).toEqual({
        replace_triggered_by: ["aws_ecs_service.services_web_service.id", `${TARGET}.id`],
      });
    }
  });
});
