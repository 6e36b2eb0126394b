import { resourceName } from "../../../spec/names";
import { type Environment, arn, claims, isNotForeign, staysUnclaimed } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { serviceLinkedRole } from "./task-roles";

const SERVICE = "application-autoscaling";
const DESCRIBES = "Application Auto Scaling's Describe actions cannot be restricted to a resource.";

/**
 * The number of a service's tasks. A target's ARN contains an ID that is unknown in advance, and no
 * condition covers the scaled service, so its tags identify the environment.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html
 */
export function autoscaling(environment: Environment): PermissionTable {
  const targets = [arn(environment, SERVICE, "scalable-target/*")];
  const ofEcs = {
    ...isNotForeign(environment),
    StringEquals: {
      "application-autoscaling:service-namespace": "ecs",
      "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
    },
  };
  const cluster = resourceName(environment);
  const alarms = [arn(environment, "cloudwatch", `alarm:TargetTracking-service/${cluster}/*`)];
  // A policy's ARN names what it scales, after an ID.
  const policies = arn(
    environment,
    "autoscaling",
    `scalingPolicy:*:resource/ecs/service/${cluster}/*`,
  );
  return {
    aws_appautoscaling_target: {
      read: [
        allowEverywhere(DESCRIBES, of(SERVICE, "DescribeScalableTargets")),
        allow(targets, of(SERVICE, "ListTagsForResource"), isNotForeign(environment)),
      ],
      write: [
        allow(targets, of(SERVICE, "RegisterScalableTarget", "DeregisterScalableTarget"), ofEcs),
        allow(targets, of(SERVICE, "TagResource"), claims(environment)),
        allow(targets, of(SERVICE, "TagResource", "UntagResource"), staysUnclaimed(environment)),
        serviceLinkedRole(environment, "ecs.application-autoscaling.amazonaws.com"),
      ],
    },
    aws_appautoscaling_policy: {
      read: [allowEverywhere(DESCRIBES, of(SERVICE, "DescribeScalingPolicies"))],
      write: [
        allow(targets, of(SERVICE, "PutScalingPolicy", "DeleteScalingPolicy"), ofEcs),
        allow(alarms, of("cloudwatch", "DescribeAlarms", "DeleteAlarms")),
        allow(alarms, of("cloudwatch", "PutMetricAlarm"), {
          "ForAllValues:StringLike": { "cloudwatch:AlarmActions": policies },
        }),
      ],
    },
    aws_appautoscaling_scheduled_action: {
      read: [allowEverywhere(DESCRIBES, of(SERVICE, "DescribeScheduledActions"))],
      write: [allow(targets, of(SERVICE, "PutScheduledAction", "DeleteScheduledAction"), ofEcs)],
    },
  };
}
