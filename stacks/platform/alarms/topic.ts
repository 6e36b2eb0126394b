import { createHash } from "node:crypto";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../../spec/config";
import type { AlarmRecipients } from "../../../spec/environment/alarms";
import { resourceName } from "../../../spec/names";
import { partitionOf } from "../../../spec/regions";
import { tlsOnly } from "../tls-only";

/** The rule of EventBridge that may publish too. */
const RULE = "failed-deployments";

/** `platform-failed-deployments-dev` */
export function ruleName(config: Config): string {
  return resourceName(config, RULE);
}

/**
 * The topic of an environment's alarms. Only its own alarms and EventBridge may publish, over TLS. It has no
 * key of KMS: SNS encrypts its disks anyway, a message has names and numbers and no data of a customer, and
 * the key of a topic that CloudWatch can use costs 1 $ a month and is one more thing whose loss silences
 * every alarm. AWS's own key is none that CloudWatch can use.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-data-encryption.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, config: Config, to: Required<AlarmRecipients>) {
    super(scope, id);
    const topic = new SnsTopic(this, "topic", { name: resourceName(config, "alarms") });
    this.arn = topic.arn;
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [alarmsPublish(config, topic), rulesPublish(topic), tlsOnly("sns", [topic.arn])],
      }),
    });
    this.subscribe(topic, "email", to.emails);
    this.subscribe(topic, "https", to.webhooks);
  }

  /**
   * Named by the address itself, of which any character may be part: by its place in the list, one that leaves
   * would change those after it, and they would have to confirm anew.
   */
  private subscribe(topic: SnsTopic, protocol: string, endpoints: readonly string[]): void {
    for (const endpoint of endpoints) {
      const address = createHash("sha256").update(endpoint).digest("hex").slice(0, 10);
      new SnsTopicSubscription(this, `${protocol}-${address}`, {
        topicArn: topic.arn,
        protocol,
        endpoint,
      });
    }
  }
}

/**
 * Lets the environment's alarms publish.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
function alarmsPublish(config: Config, { arn, owner }: SnsTopic) {
  const { region } = config;
  const source = `arn:${partitionOf(region)}:cloudwatch:${region}:${owner}:alarm:${resourceName(config, "*")}`;
  return {
    Sid: "AlarmsPublish",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: [arn],
    Condition: {
      StringEquals: { "aws:SourceAccount": owner },
      ArnLike: { "aws:SourceArn": source },
    },
  };
}

/**
 * Lets EventBridge publish, of which a topic's policy cannot ask for whom it does: a condition on
 * `aws:SourceArn` or `aws:SourceAccount` never holds.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
 */
function rulesPublish({ arn }: SnsTopic) {
  return {
    Sid: "RulesPublish",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sns:Publish",
    Resource: [arn],
  };
}
