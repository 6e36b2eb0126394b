import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { containers, plain, synthesize } from "../../../support/synth";

const catalogue = {
  web: { ...fixture.web, stores: ["uploads"] },
  orders: { ...fixture.orders, stores: { uploads: {}, copies: { versioned: true } } },
  "order-archive": fixture["order-archive"],
};
const { platform, images } = synthesize(catalogue);
const BUCKET = "${aws_s3_bucket.buckets_uploads_bucket.arn}";
const COPIES = "${aws_s3_bucket.buckets_copies_bucket.arn}";
const OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];

/** The blocks of a type, of one bucket. */
const of = (type: string, bucket: string, stack = platform) =>
  plain(stack.addressed(type).filter(({ address }) => address.includes(`.buckets_${bucket}_`))) as {
    block: Record<string, unknown>;
  }[];

test("a catalogue without buckets has none, and no output of them", () => {
  const { platform } = synthesize(fixture);
  expect(platform.resources("aws_s3_bucket")).toEqual([]);
  expect(platform.json["output"]).not.toHaveProperty("bucket-names");
});

describe("a bucket", () => {
  test("has a name with its account and region, and is emptied before it is deleted", () => {
    expect(of("aws_s3_bucket", "uploads").map(({ block }) => block)).toEqual([
      {
        bucket: "platform-uploads-${data.aws_caller_identity.buckets_account.account_id}-use1-dev",
        force_destroy: true,
        lifecycle: { prevent_destroy: false },
      },
    ]);
  });

  test("is never emptied or replaced by a deployment of a protected environment", () => {
    const guarded = synthesize(catalogue, {}, { protected: true, plainHttp: true }).platform;
    for (const bucket of ["uploads", "copies"]) {
      expect(of("aws_s3_bucket", bucket, guarded)[0]?.block).toMatchObject({
        force_destroy: false,
        lifecycle: { prevent_destroy: true },
      });
    }
  });

  test("is closed to the public, encrypted, owned by its account, and drops incomplete uploads", () => {
    for (const bucket of ["uploads", "copies"]) {
      expect(of("aws_s3_bucket_public_access_block", bucket)[0]?.block).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
      expect(
        of("aws_s3_bucket_server_side_encryption_configuration", bucket)[0]?.block["rule"],
      ).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }]);
      expect(of("aws_s3_bucket_ownership_controls", bucket)[0]?.block["rule"]).toEqual({
        object_ownership: "BucketOwnerEnforced",
      });
      expect(of("aws_s3_bucket_lifecycle_configuration", bucket)[0]?.block["rule"]).toEqual([
        {
          id: "incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        },
      ]);
    }
  });

  test("keeps older versions only where a service wants them", () => {
    expect(of("aws_s3_bucket_versioning", "uploads")).toEqual([]);
    expect(of("aws_s3_bucket_versioning", "copies")[0]?.block).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
  });

  test("is known by its name in S3 to the next deployment", () => {
    expect(plain(platform.json["output"]?.["bucket-names"])).toMatchObject({
      value: { uploads: "${aws_s3_bucket.buckets_uploads_bucket.bucket}" },
    });
  });
});

describe("a service with buckets", () => {
  const document = platform
    .dataSources("aws_iam_policy_document")
    .find((block) => JSON.stringify(block).includes("services/orders/task/roles/task-"));

  test("may read, write, delete and list their objects, and nothing else", () => {
    expect(plain(document?.["statement"])).toEqual([
      { sid: "ListBuckets", actions: ["s3:ListBucket"], resources: [BUCKET, COPIES] },
      { sid: "StoreObjects", actions: OBJECTS, resources: [`${BUCKET}/*`, `${COPIES}/*`] },
    ]);
  });

  test("has their names, and in the probe names that only look right", () => {
    const orders = containers(platform).find(({ name }) => name === "orders");
    expect(plain(orders?.["environment"])).toEqual(
      expect.arrayContaining([
        { name: "UPLOADS_BUCKET", value: "${aws_s3_bucket.buckets_uploads_bucket.bucket}" },
        { name: "COPIES_BUCKET", value: "${aws_s3_bucket.buckets_copies_bucket.bucket}" },
      ]),
    );
    const probe = images
      .resources("docker_container")
      .find(({ name }) => name === "platform-orders-probe-use1-dev");
    expect(probe?.["env"]).toContain("UPLOADS_BUCKET=amzn-s3-demo-uploads");
  });

  test("starts once their policies, their versioning and the network's way to them exist", () => {
    const service = platform
      .resources("aws_ecs_service")
      .find(({ name }) => name === "platform-orders-dev");
    expect(plain(service?.["depends_on"])).toEqual(
      expect.arrayContaining([
        "aws_s3_bucket_policy.buckets_uploads_policy",
        "aws_s3_bucket_policy.buckets_copies_policy",
        "aws_s3_bucket_versioning.buckets_copies_versioning",
        "aws_vpc_endpoint.network_s3-endpoint",
      ]),
    );
  });
});

describe("the network's way to S3", () => {
  const policyOf = (stack: typeof platform): unknown => {
    const [endpoint] = plain(stack.resources("aws_vpc_endpoint")) as { policy: string }[];
    return JSON.parse(endpoint?.policy ?? "");
  };

  test("leads to the layers of images, and to these buckets alone", () => {
    const all = { Effect: "Allow", Principal: "*" };
    expect(policyOf(platform)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PullLayers",
          ...all,
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
        },
        { Sid: "ListBuckets", ...all, Action: ["s3:ListBucket"], Resource: [BUCKET, COPIES] },
        {
          Sid: "StoreObjects",
          ...all,
          Action: OBJECTS,
          Resource: [`${BUCKET}/*`, `${COPIES}/*`],
        },
      ],
    });
  });

  test("leads to what a service's permissions name in S3, and to nothing of another service of AWS", () => {
    const actions = ["s3:GetObject", "ses:SendEmail"] as const;
    const resources = ["arn:aws:s3:::acme-templates/*"] as const;
    const mail = {
      actions: ["ses:SendEmail"],
      resources: ["arn:aws:ses:*:*:identity/a.b"],
    } as const;
    const web = { ...fixture.web, permissions: [{ actions, resources }, mail] };
    expect(policyOf(synthesize({ ...fixture, web }).platform)).toMatchObject({
      Statement: [
        { Sid: "PullLayers" },
        { Sid: "Permission0", Action: ["s3:GetObject"], Resource: resources },
      ],
    });
  });

  test("leads to the layers only, where there are no buckets", () => {
    expect(policyOf(synthesize(fixture).platform)).toMatchObject({
      Statement: [{ Sid: "PullLayers" }],
    });
  });
});
