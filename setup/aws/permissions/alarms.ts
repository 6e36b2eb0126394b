import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, of } from "./grant";

/**
 * The alarms, the topic that tells them with its recipients, the rule of failed deployments, and the
 * dashboard, whose ARN has no region.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-alarm-actions.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function alarms(environment: Environment): PermissionTable {
  const { partition, account } = environment;
  const names = resourceName(environment, "*");
  const own = [arn(environment, "cloudwatch", `alarm:${names}`)];
  const topic = arn(environment, "sns", resourceName(environment, "alarms"));
  const rule = [
    arn(environment, "events", `rule/${resourceName(environment, "failed-deployments")}`),
  ];
  // A subscription's ARN is that of its topic and an ID; AWS lists the topic as what is checked.
  const subscriptions = [
    topic,
    arn(environment, "sns", `${resourceName(environment, "alarms")}:*`),
  ];
  const readTopic = allow([topic], of("sns", "GetTopicAttributes"));
  const setTopic = allow([topic], of("sns", "SetTopicAttributes"));
  const dashboard = [
    `arn:${partition}:cloudwatch::${account}:dashboard/${resourceName(environment)}`,
  ] as const;
  return {
    aws_cloudwatch_metric_alarm: {
      read: [allow(own, of("cloudwatch", "DescribeAlarms", "ListTagsForResource"))],
      write: [
        // An alarm sets off any action in its account: another environment's scaling, the end of a machine.
        allow(own, of("cloudwatch", "PutMetricAlarm"), {
          "ForAllValues:StringLike": { "cloudwatch:AlarmActions": topic },
        }),
        allow(own, of("cloudwatch", "DeleteAlarms", "TagResource", "UntagResource")),
      ],
    },
    aws_cloudwatch_dashboard: {
      read: [allow(dashboard, of("cloudwatch", "GetDashboard"))],
      write: [allow(dashboard, of("cloudwatch", "PutDashboard", "DeleteDashboards"))],
    },
    aws_sns_topic: {
      read: [readTopic, allow([topic], of("sns", "ListTagsForResource"))],
      write: [
        setTopic,
        allow([topic], of("sns", "CreateTopic", "DeleteTopic", "TagResource", "UntagResource")),
      ],
    },
    aws_sns_topic_policy: { read: [readTopic], write: [setTopic] },
    aws_sns_topic_subscription: {
      read: [allow(subscriptions, of("sns", "GetSubscriptionAttributes"))],
      write: [
        allow([topic], of("sns", "Subscribe")),
        allow(subscriptions, of("sns", "SetSubscriptionAttributes", "Unsubscribe")),
      ],
    },
    aws_cloudwatch_event_rule: {
      read: [allow(rule, of("events", "DescribeRule", "ListTagsForResource"))],
      write: [
        allow(rule, of("events", "PutRule", "DeleteRule", "TagResource", "UntagResource")),
        allow(rule, of("events", "EnableRule", "DisableRule")),
      ],
    },
    aws_cloudwatch_event_target: {
      read: [allow(rule, of("events", "ListTargetsByRule"))],
      write: [
        allow(rule, of("events", "PutTargets"), {
          // EventBridge may publish to every environment's topic, whoever's rule it is.
          "ForAllValues:ArnLike": { "events:TargetArn": topic },
        }),
        allow(rule, of("events", "RemoveTargets")),
      ],
    },
  };
}
