import { expect, test } from "vitest";
import type { EnvironmentSettings } from "../../../../../spec/environment/settings";
import { fixture } from "../../../../support/services";
import { type Block, plain, synthesize } from "../../../../support/synth";

function resources(type: string, settings: EnvironmentSettings = {}): Block[] {
  return plain(synthesize(fixture, {}, settings).platform.resources(type)) as Block[];
}

test("only the environment's alarms and EventBridge may publish, and nobody without TLS", () => {
  const [policy, ...others] = resources("aws_sns_topic_policy").map((each) =>
    String(each["policy"]),
  );
  expect(others).toEqual([]);
  expect(resources("aws_sns_topic").map(({ name }) => name)).toEqual(["platform-alarms-dev"]);
  expect(policy).toContain('"Version" = "2012-10-17"');
  const source =
    "arn:aws:cloudwatch:us-east-1:${aws_sns_topic.alarms_topic.owner}:alarm:platform-*-dev";
  const publishes = (service: string) =>
    `"Principal" = {"Service" = "${service}.amazonaws.com"}, "Action" = "sns:Publish", "Resource" = [aws_sns_topic.alarms_topic.arn]`;
  expect(policy).toContain(
    `${publishes("cloudwatch")}, "Condition" = {"StringEquals" = {"aws:SourceAccount" = aws_sns_topic.alarms_topic.owner}, "ArnLike" = {"aws:SourceArn" = "${source}"}}`,
  );
  // EventBridge tells a topic neither its rule nor the account.
  expect(policy).toContain(`${publishes("events")}}`);
  expect(policy?.match(/"Effect" = "Allow"/g)).toHaveLength(2);
  expect(policy?.match(/"Sid" = "\w+"/g)).toEqual([
    '"Sid" = "AlarmsPublish"',
    '"Sid" = "RulesPublish"',
    '"Sid" = "TlsOnly"',
  ]);
  expect(policy).toContain(
    '"Action" = "sns:Publish", "Resource" = [aws_sns_topic.alarms_topic.arn], "Condition" = {"Bool" = {"aws:SecureTransport" = "false"}}',
  );
});

test("each recipient has a subscription, and by default there is none", () => {
  expect(resources("aws_sns_topic_subscription")).toEqual([]);
  const alarms = {
    emails: ["a@example.com", "b@example.com"],
    webhooks: ["https://alarms.example.com/in"],
  };
  const found = resources("aws_sns_topic_subscription", { alarms });
  expect(found.map(({ protocol, endpoint }) => [protocol, endpoint])).toEqual([
    ["email", "a@example.com"],
    ["email", "b@example.com"],
    ["https", "https://alarms.example.com/in"],
  ]);
});

test("a deployment that fails in the environment's cluster is told in a sentence", () => {
  const [rule] = resources("aws_cloudwatch_event_rule");
  expect(rule?.["name"]).toBe("platform-failed-deployments-dev");
  const pattern = String(rule?.["event_pattern"]);
  expect(pattern).toContain('"source" = ["aws.ecs"]');
  expect(pattern).toContain('"detail-type" = ["ECS Deployment State Change"]');
  expect(pattern).toContain('"detail" = {"eventName" = ["SERVICE_DEPLOYMENT_FAILED"]}');
  expect(pattern).toContain('replace(aws_ecs_cluster.cluster.arn, ":cluster/", ":service/")');
  const [target] = resources("aws_cloudwatch_event_target");
  expect(target).toMatchObject({
    arn: "${aws_sns_topic.alarms_topic.arn}",
    input_transformer: {
      input_paths: { service: "$.resources[0]", reason: "$.detail.reason", time: "$.time" },
      input_template:
        '"A deployment of <service> failed at <time>: <reason> ECS runs the version before it. First: npx platform diagnose dev"',
    },
  });
});
