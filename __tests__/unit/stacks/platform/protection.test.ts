import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { type Block, synthesize } from "../../../support/synth";

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

  test("refuses every plan that takes a database from its service", () => {
    const { filter, lifecycle } = only(platform.dataSources("aws_secretsmanager_secrets"));
    expect(filter).toEqual([{ name: "name", values: ["platform-"] }]);
    const text = JSON.stringify(lifecycle);
    expect(text).toContain("^platform-[a-z0-9-]+-database-dev$");
    expect(text).toContain("platform-orders-database-dev");
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
    expect(conditionOf({ web: archive })).not.toContain("platform-sales-database-dev");
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
    expect(
      JSON.stringify(
        only(platform.resources("aws_s3_bucket_server_side_encryption_configuration")),
      ),
    ).toContain('"sse_algorithm":"AES256"');
    expect(
      JSON.stringify(only(platform.resources("aws_s3_bucket_lifecycle_configuration"))),
    ).toContain('"expiration":[{"days":90}]');
  });

  test("belong to this account alone, and leave no part of an upload behind", () => {
    expect(only(platform.resources("aws_s3_bucket_ownership_controls"))["rule"]).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
    expect(only(platform.resources("aws_s3_bucket_lifecycle_configuration"))).toMatchObject({
      rule: [
        { status: "Enabled", abort_incomplete_multipart_upload: expect.anything() as unknown },
      ],
    });
  });

  /** The statements of the bucket's policy in HCL, each on its own. */
  const statements = String(policy["policy"]).split(/(?=\{"(?:Sid|Effect)")/);

  test("are written by AWS's two services of delivery, and over TLS alone", () => {
    const [denied, ...others] = statements.filter((text) => text.includes('"Deny"'));
    expect(others).toEqual([]);
    expect(denied).toContain('"aws:SecureTransport" = "false"');
    expect(denied).toContain('"Action" = "s3:*"');
    expect(denied).toContain('"Principal" = "*"');
    expect(denied).toMatch(/"Resource" = \[[^\]]+\.arn, "\$\{[^\]]+\.arn\}\/\*"\]/);
    const allowed = statements.filter((text) => text.includes('"Allow"'));
    expect(allowed.map((text) => /"Service" = "([\w.]+)"/.exec(text)?.[1])).toEqual([
      "logdelivery.elasticloadbalancing.amazonaws.com",
      "delivery.logs.amazonaws.com",
      "delivery.logs.amazonaws.com",
    ]);
  });

  test("of a network come from this account alone: AWS's service writes for every account", () => {
    const network = statements.filter((text) => text.includes('"delivery.logs.amazonaws.com"'));
    expect(network).toHaveLength(2);
    for (const text of network) {
      expect(text).toMatch(/"aws:SourceAccount" = data\.aws_caller_identity\.\S+\.account_id/);
      expect(text).toMatch(/"aws:SourceArn" = "arn:\$\{data\.aws_partition\./);
    }
  });

  test("have a bucket that is closed before a policy opens it", () => {
    expect(policy["depends_on"]).toEqual([
      expect.stringMatching(/^aws_s3_bucket_public_access_block\.logs_public-access-block_/),
    ]);
  });

  test("are of the load balancer and the network, which wait for the bucket's policy", () => {
    const balancer = only(platform.resources("aws_lb"));
    expect(balancer["access_logs"]).toMatchObject({ enabled: true });
    const flow = only(platform.resources("aws_flow_log"));
    expect(flow).toMatchObject({
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
    expect(cluster["depends_on"]).toEqual([
      expect.stringMatching(/^aws_cloudwatch_log_group\.database_log_/),
    ]);
  });

  test("come one by one, also without protection", () => {
    const flowOnly = synthesize(fixture, {}, { logs: { flow: true } }).platform;
    expect(flowOnly.resources("aws_flow_log")).toHaveLength(1);
    expect(only(flowOnly.resources("aws_lb"))).not.toHaveProperty("access_logs");
    expect(String(only(flowOnly.resources("aws_s3_bucket_policy"))["policy"])).not.toContain(
      "logdelivery.elasticloadbalancing",
    );
    const none = synthesize(fixture, {}, { ...PROTECTED, logs: { access: false, flow: false } });
    expect(none.platform.resources("aws_s3_bucket")).toEqual([]);
  });
});
