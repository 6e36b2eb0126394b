import { type Call, type CallsOfKinds, call, listed } from "./call";

const putAlarm = (alarm: Call["parameters"]): Call =>
  call("cloudwatch", "put_metric_alarm", {
    ...alarm,
    ComparisonOperator: "GreaterThanThreshold",
    EvaluationPeriods: 1,
    MetricName: "CPUUtilization",
    Namespace: "AWS/ECS",
    Period: 60,
    Statistic: "Average",
    Threshold: 100,
  });

/** What people look at, and what calls them. */
export const observation: CallsOfKinds = {
  aws_cloudwatch_dashboard: (value) => {
    const DashboardName = value("dashboard_name");
    return [
      call("cloudwatch", "get_dashboard", { DashboardName }),
      call("cloudwatch", "put_dashboard", { DashboardName, DashboardBody: '{"widgets":[]}' }),
      call("cloudwatch", "delete_dashboards", { DashboardNames: [DashboardName] }),
    ];
  },
  aws_cloudwatch_event_rule: (value, claim) => [
    call("events", "describe_rule", { Name: value("name") }),
    call("events", "put_rule", { Name: value("name"), EventPattern: '{"source":["aws.ecs"]}' }),
    call("events", "disable_rule", { Name: value("name") }),
    call("events", "tag_resource", { ResourceARN: value("arn"), Tags: listed(claim) }),
    call("events", "delete_rule", { Name: value("name") }),
  ],
  aws_cloudwatch_event_target: (value) => [
    call("events", "list_targets_by_rule", { Rule: value("rule") }),
    call("events", "put_targets", {
      Rule: value("rule"),
      Targets: [{ Id: "1", Arn: value("arn") }],
    }),
    call("events", "remove_targets", { Rule: value("rule"), Ids: [value("target_id")] }),
  ],
  aws_cloudwatch_metric_alarm: (value, claim) => [
    call("cloudwatch", "describe_alarms", { AlarmNames: [value("alarm_name")] }),
    putAlarm({ AlarmName: value("alarm_name") }),
    call("cloudwatch", "tag_resource", { ResourceARN: value("arn"), Tags: listed(claim) }),
    call("cloudwatch", "delete_alarms", { AlarmNames: [value("alarm_name")] }),
  ],
  aws_sns_topic: (value, claim) => [
    call("sns", "get_topic_attributes", { TopicArn: value("arn") }),
    call("sns", "publish", { TopicArn: value("arn"), Message: "all is well" }),
    call("sns", "subscribe", {
      TopicArn: value("arn"),
      Protocol: "email",
      Endpoint: "nobody@example.com",
    }),
    // By an alarm of the caller's own.
    putAlarm({
      AlarmName: `${claim["Project"]}-intruder-${claim["Environment"]}`,
      AlarmActions: [value("arn")],
    }),
    call("sns", "tag_resource", { ResourceArn: value("arn"), Tags: listed(claim) }),
    call("sns", "delete_topic", { TopicArn: value("arn") }),
  ],
  aws_sns_topic_policy: (value) => [
    call("sns", "set_topic_attributes", {
      TopicArn: value("arn"),
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    }),
  ],
  aws_cloudwatch_log_group: (value, claim) => [
    call("logs", "get_log_events", { logGroupName: value("name"), logStreamName: "task/web/1" }),
    call("logs", "put_retention_policy", { logGroupName: value("name"), retentionInDays: 1 }),
    call("logs", "tag_resource", { resourceArn: value("arn"), tags: claim }),
    call("logs", "delete_log_group", { logGroupName: value("name") }),
  ],
};
