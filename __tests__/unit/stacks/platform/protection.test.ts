import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../../../policy/policy-text";
import { record } from "../../../../policy/stack";
import { fixture } from "../../../support/services";
import { type Block, type SynthesizedStack, plain, synthesize } from "../../../support/synth";

const PROTECTED = { protected: true, plainHttp: true } as const;
const { platform } = synthesize(fixture, {}, PROTECTED);
const open = synthesize(fixture).platform;

function only(blocks: Block[]): Block {
  expect(blocks).toHaveLength(1);
  return blocks[0] ?? {};
}

describe("a protected database", () => {
  const cluster = only(platform.resources("aws_rds_cluster"));

  test("is deleted neither by AWS nor by a plan, and leaves a final snapshot and its backups", () => {
    expect(cluster).toMatchObject({
      deletion_protection: true,
      delete_automated_backups: false,
      backup_retention_period: 35,
      skip_final_snapshot: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("has a name for its final snapshot that stays the same until the next environment", () => {
    const life = Object.keys(platform.json["resource"]?.["terraform_data"] ?? {});
    expect(life).toEqual([expect.stringMatching(/^database_life_/)]);
    expect(cluster["final_snapshot_identifier"]).toBe(
      `platform-final-\${substr(terraform_data.${life[0] ?? ""}.id, 0, 8)}-dev`,
    );
    expect(platform.resources("terraform_data")).toEqual([
      expect.not.objectContaining({ triggers_replace: expect.anything() as unknown }),
    ]);
  });

  test("has a writer that no plan deletes, and a reader in another zone that may take over", () => {
    const [reader, writer, ...others] = platform.resources("aws_rds_cluster_instance");
    expect(others).toEqual([]);
    expect(writer).toMatchObject({
      identifier: "platform-writer-dev",
      lifecycle: { prevent_destroy: true },
    });
    expect(writer).not.toHaveProperty("availability_zone");
    expect(reader).toMatchObject({
      identifier: "platform-reader-dev",
      promotion_tier: 1,
      // The writer's zone is where it is now: a reader that has taken over must not move.
      lifecycle: { ignore_changes: ["engine_version", "availability_zone"] },
    });
    expect(reader?.["availability_zone"]).toMatch(
      /setsubtract\(.*private-subnet-0.*writer.*availability_zone/,
    );
  });

  test("keeps the name, the network and the key that a replacement would need to change", () => {
    for (const name of ["cluster_identifier", "master_username", "database_name", "engine"]) {
      const [before] = open.resources("aws_rds_cluster");
      expect(cluster[name]).toEqual(before?.[name]);
    }
  });
});

describe("a protected environment", () => {
  test("has a load balancer that neither AWS nor a plan deletes", () => {
    expect(only(platform.resources("aws_lb"))).toMatchObject({
      enable_deletion_protection: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("refuses every plan with another CIDR, which would fail halfway through the network", () => {
    expect(only(platform.resources("aws_vpc"))).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
  });

  test("refuses every plan that takes a database from its service", () => {
    const { filter, lifecycle } = only(platform.dataSources("aws_secretsmanager_secrets"));
    expect(filter).toEqual([{ name: "name", values: ["platform-"] }]);
    const lost =
      '[for name in self.names : name if can(regex("^platform-[a-z0-9-]+-database-dev$", name)) && !contains(["platform-orders-database-dev"], name)]';
    expect(lifecycle).toEqual({
      postcondition: [
        {
          condition: `\${length(${lost}) == 0}`,
          error_message: `dev is protected, and no service has the database of \${join(", ", ${lost})} any more. Nothing was changed in this stack. docs/protection.md says how to keep it or to leave it on purpose.`,
        },
      ],
    });
  });

  test("allows a database to be left only by name, and never the last one", () => {
    const left = { PLATFORM_LEFT_DATABASES: "sales" };
    const conditionOf = (services: typeof fixture | Pick<typeof fixture, "web">) =>
      JSON.stringify(
        only(
          synthesize(services, left, PROTECTED).platform.dataSources("aws_secretsmanager_secrets"),
        ),
      );
    expect(conditionOf(fixture)).toContain("platform-sales-database-dev");
    const { "order-archive": archive } = fixture;
    expect(conditionOf({ web: archive })).toContain("!contains([], name)");
  });

  test("keeps its log groups for a month", () => {
    const days = platform
      .resources("aws_cloudwatch_log_group")
      .map((group) => group["retention_in_days"]);
    expect(new Set(days)).toEqual(new Set([30]));
  });
});

describe("an environment that is not protected", () => {
  test("can be destroyed to the last resource", () => {
    const text = JSON.stringify(open.json);
    expect(text).not.toContain('"prevent_destroy":true');
    expect(only(open.resources("aws_lb"))["enable_deletion_protection"]).toBe(false);
    expect(only(open.resources("aws_rds_cluster"))).toMatchObject({
      deletion_protection: false,
      delete_automated_backups: true,
      skip_final_snapshot: true,
    });
    expect(only(open.resources("aws_rds_cluster"))).not.toHaveProperty("final_snapshot_identifier");
    expect(open.resources("aws_rds_cluster_instance")).toHaveLength(1);
    expect(open.dataSources("aws_secretsmanager_secrets")).toEqual([]);
  });

  test("has no logs but those of its services and of Container Insights", () => {
    expect(open.resources("aws_s3_bucket")).toEqual([]);
    expect(open.resources("aws_flow_log")).toEqual([]);
    expect(only(open.resources("aws_lb"))).not.toHaveProperty("access_logs");
    const database = only(open.resources("aws_rds_cluster"));
    expect(database).not.toHaveProperty("enabled_cloudwatch_logs_exports");
    expect(JSON.stringify(open.resources("aws_cloudwatch_log_group"))).not.toContain("/aws/rds/");
  });
});

describe("the logs of AWS", () => {
  const bucket = only(platform.resources("aws_s3_bucket"));
  const policy = only(platform.resources("aws_s3_bucket_policy"));

  test("are in a bucket of this account alone, private, encrypted and emptied by age", () => {
    expect(bucket["bucket"]).toMatch(
      /^platform-logs-\$\{data\.aws_caller_identity\..*\.account_id\}-use1-dev$/,
    );
    expect(bucket["force_destroy"]).toBe(true);
    expect(only(platform.resources("aws_s3_bucket_public_access_block"))).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    // Elastic Load Balancing writes to no bucket with a KMS key.
    const id = "${aws_s3_bucket.logs_bucket.id}";
    expect(plain(platform.resources("aws_s3_bucket_server_side_encryption_configuration"))).toEqual(
      [
        {
          bucket: id,
          rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
        },
      ],
    );
    expect(plain(platform.resources("aws_s3_bucket_lifecycle_configuration"))).toEqual([
      {
        bucket: id,
        rule: [
          {
            id: "old-logs",
            status: "Enabled",
            // Of every object.
            filter: [{ prefix: "" }],
            expiration: [{ days: 90 }],
            abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
          },
        ],
      },
    ]);
  });

  test("belong to this account, although AWS's accounts write them", () => {
    expect(only(platform.resources("aws_s3_bucket_ownership_controls"))["rule"]).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
  });

  test("are written by AWS's two services of delivery, for this account alone, and over TLS alone", () => {
    const bucket = "${aws_s3_bucket.logs_bucket.arn}";
    const account = "${data.aws_caller_identity.logs_account.account_id}";
    const objects = `${bucket}/AWSLogs/${account}/*`;
    // Its service writes the logs of every account.
    const network = {
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
    };
    const ArnLike = {
      "aws:SourceArn": `arn:\${data.aws_partition.logs_partition.partition}:logs:us-east-1:${account}:*`,
    };
    expect(parsePolicy(String(plain(policy["policy"])))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [bucket, `${bucket}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Sid: "LoadBalancerWrites",
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: objects,
        },
        // By other names AWS would not find the two, and would add them to the policy.
        {
          Sid: "AWSLogDeliveryWrite",
          ...network,
          Action: "s3:PutObject",
          Resource: objects,
          Condition: {
            StringEquals: {
              "aws:SourceAccount": account,
              "s3:x-amz-acl": "bucket-owner-full-control",
            },
            ArnLike,
          },
        },
        {
          Sid: "AWSLogDeliveryAclCheck",
          ...network,
          Action: ["s3:GetBucketAcl", "s3:ListBucket"],
          Resource: bucket,
          Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike },
        },
      ],
    });
  });

  test("have a bucket that is closed before a policy opens it", () => {
    expect(policy["depends_on"]).toEqual([
      expect.stringMatching(/^aws_s3_bucket_public_access_block\.logs_public-access-block_/),
    ]);
  });

  test("are of the load balancer and the network, which wait for the bucket's policy", () => {
    const balancer = only(platform.resources("aws_lb"));
    expect(plain(balancer["access_logs"])).toEqual({
      enabled: true,
      bucket: "${aws_s3_bucket.logs_bucket.bucket}",
    });
    const flow = only(platform.resources("aws_flow_log"));
    expect(plain(flow)).toMatchObject({
      vpc_id: "${aws_vpc.network_vpc.id}",
      log_destination: "${aws_s3_bucket.logs_bucket.arn}",
      log_destination_type: "s3",
      traffic_type: "ALL",
      // A record each minute would cost ten times as much.
      max_aggregation_interval: 600,
    });
    for (const block of [balancer, flow]) {
      expect(block["depends_on"]).toContainEqual(
        expect.stringMatching(/^aws_s3_bucket_policy\.logs_policy_/),
      );
    }
  });

  test("are of the database, in a log group that exists before RDS would create one", () => {
    const cluster = only(platform.resources("aws_rds_cluster"));
    expect(cluster).toMatchObject({ enabled_cloudwatch_logs_exports: ["postgresql"] });
    expect(plain(cluster["depends_on"])).toEqual(["aws_cloudwatch_log_group.database_log"]);
    expect(platform.resources("aws_cloudwatch_log_group")).toContainEqual(
      expect.objectContaining({ name: "/aws/rds/cluster/platform-dev/postgresql" }),
    );
  });

  test("come one by one, also without protection", () => {
    const flowOnly = synthesize(fixture, {}, { logs: { flow: true } }).platform;
    expect(flowOnly.resources("aws_flow_log")).toHaveLength(1);
    expect(only(flowOnly.resources("aws_lb"))).not.toHaveProperty("access_logs");
    const accessOnly = synthesize(fixture, {}, { logs: { access: true } }).platform;
    expect(accessOnly.resources("aws_flow_log")).toEqual([]);
    const statements = (stack: SynthesizedStack) => {
      const { policy } = only(stack.resources("aws_s3_bucket_policy"));
      return record(parsePolicy(String(policy)))["Statement"];
    };
    expect(statements(flowOnly)).toMatchObject([
      { Sid: "TlsOnly" },
      { Sid: "AWSLogDeliveryWrite" },
      { Sid: "AWSLogDeliveryAclCheck" },
    ]);
    expect(statements(accessOnly)).toMatchObject([
      { Sid: "TlsOnly" },
      { Sid: "LoadBalancerWrites" },
    ]);
    const none = synthesize(fixture, {}, { ...PROTECTED, logs: { access: false, flow: false } });
    expect(none.platform.resources("aws_s3_bucket")).toEqual([]);
  });
});
