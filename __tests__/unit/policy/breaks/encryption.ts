import { type Break, type Json, add, policyText, set } from "./broken";
import { closedBucket } from "./buckets";

/** The statement that a bucket needs. */
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["${aws_s3_bucket.added.arn}", "${aws_s3_bucket.added.arn}/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

/** The statement that a queue needs. */
const QUEUE_TLS_ONLY = {
  ...TLS_ONLY,
  Action: "sqs:*",
  Resource: "${aws_sqs_queue.added.arn}",
};

/** Statements that name the condition and still let a plain request in. */
const WEAK_DENIALS: readonly Record<string, unknown>[] = [
  { Condition: { Bool: { "aws:SecureTransport": "true" } } },
  { Condition: { Null: { "aws:SecureTransport": "false" } } },
  { Condition: { ...TLS_ONLY.Condition, StringEquals: { "aws:PrincipalAccount": "1" } } },
  { Effect: "Allow" },
  { Principal: { AWS: "arn:aws:iam::123456789012:root" } },
];

const WEAK_DENIALS_OF_BUCKETS = [
  ...WEAK_DENIALS,
  { Action: "s3:PutObject" },
  { Resource: "${aws_s3_bucket.added.arn}" },
  { Resource: "${aws_s3_bucket.added.arn}/*" },
];

const WEAK_DENIALS_OF_QUEUES = [
  ...WEAK_DENIALS,
  { Action: "sqs:SendMessage" },
  { Resource: "${aws_sqs_queue.other.arn}" },
];

const WEAK_DENIALS_OF_TOPICS = [
  ...WEAK_DENIALS,
  { Action: "sns:Subscribe" },
  { Resource: "${aws_sns_topic.other.arn}" },
];

/** A topic with a policy that differs from the one that it needs. */
export function topic(changed: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    add("aws_sns_topic", { name: "notices" })(json);
    const needed = { ...TLS_ONLY, Action: "sns:Publish", Resource: "${aws_sns_topic.added.arn}" };
    const policy = policyText({ ...needed, ...changed });
    add("aws_sns_topic_policy", { arn: "${aws_sns_topic.added.arn}", policy })(json);
  };
}

/** A bucket with a policy that differs from the one that it needs. */
export function bucket(changed: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    closedBucket({})(json);
    const policy = policyText({ ...TLS_ONLY, ...changed });
    add("aws_s3_bucket_policy", { bucket: "${aws_s3_bucket.added.id}", policy })(json);
  };
}

/** A queue with a policy that differs from the one that it needs. */
export function queue(changed: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    add("aws_sqs_queue", { name: "exports", sqs_managed_sse_enabled: true })(json);
    const policy = policyText({ ...QUEUE_TLS_ONLY, ...changed });
    add("aws_sqs_queue_policy", { queue_url: "${aws_sqs_queue.added.id}", policy })(json);
  };
}

export const ENCRYPTION: Readonly<Record<string, readonly Break[]>> = {
  "An environment with a domain answers over TLS 1.2 or newer only, and no store takes a plain connection":
    [
      {
        change: set("aws_lb_listener", { default_action: [{ type: "fixed-response" }] }, "http_"),
        says: "answers over plain HTTP",
        where: "aws_lb_listener.load-balancer_http",
      },
      {
        change: set("aws_lb_listener", { protocol: "HTTP" }, "https"),
        says: "no listener serves HTTPS",
        where: "aws_lb_listener.load-balancer_http",
      },
      {
        change: (json) => {
          const plain = Object.keys(json["resource"]?.["aws_lb_listener"] ?? {}).find((name) =>
            name.includes("http_"),
          );
          set("aws_lb_listener_rule", { listener_arn: `\${aws_lb_listener.${plain ?? ""}.arn}` })(
            json,
          );
        },
        says: "routes plain HTTP",
        where: "aws_lb_listener_rule.load-balancer_rules",
      },
      {
        change: set(
          "aws_lb_listener",
          { ssl_policy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
          "https",
        ),
        says: "its policy is ELBSecurityPolicy-TLS13-1-0-2021-06",
        where: "aws_lb_listener.load-balancer_https",
      },
      {
        change: set("aws_rds_cluster_parameter_group", { parameter: [] }),
        says: "accepts connections without TLS",
        where: "aws_rds_cluster.database_cluster",
      },
      {
        change: add("aws_s3_bucket", { bucket: "exports" }),
        says: "does not deny requests without TLS",
        where: "aws_s3_bucket.added",
      },
      ...WEAK_DENIALS_OF_BUCKETS.map((weak) => ({
        change: bucket(weak),
        says: "does not deny requests without TLS",
        where: "aws_s3_bucket.added",
      })),
      {
        change: set("aws_sqs_queue_policy", { policy: "{}" }, "messages_dead-letters-policy"),
        says: "does not deny requests without TLS",
        where: "aws_sqs_queue.queues_messages_dead-letters",
      },
      ...WEAK_DENIALS_OF_TOPICS.map((weak) => ({
        change: topic(weak),
        says: "does not deny requests without TLS",
        where: "aws_sns_topic.added",
      })),
      ...WEAK_DENIALS_OF_QUEUES.map((weak) => ({
        change: queue(weak),
        says: "does not deny requests without TLS",
        where: "aws_sqs_queue.added",
      })),
    ],
  "All data is encrypted where it is stored": [
    {
      change: set("aws_rds_cluster", { storage_encrypted: false }),
      says: "is not encrypted",
      where: "aws_rds_cluster.database_cluster",
    },
    {
      stack: "registry",
      change: set("aws_ecr_repository", { encryption_configuration: undefined }, "private"),
      says: "is not encrypted",
      where: "aws_ecr_repository.images_private_repository",
    },
    {
      change: set("aws_sqs_queue", { sqs_managed_sse_enabled: false }, "messages_queue"),
      says: "is not encrypted",
      where: "aws_sqs_queue.queues_messages_queue",
    },
    {
      change: add("aws_sqs_queue", { name: "exports" }),
      says: "is not encrypted",
      where: "aws_sqs_queue.added",
    },
    {
      change: add("aws_kinesis_stream", { name: "events" }),
      says: "is not encrypted",
      where: "aws_kinesis_stream.added",
    },
  ],
};
