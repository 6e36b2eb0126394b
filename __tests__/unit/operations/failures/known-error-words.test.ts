import { describe, expect, test } from "vitest";
import { knownErrors } from "../../../../operations/failures/known-errors";
import { AGAIN } from "../../../../operations/failures/failed-request";
import { StackFailure } from "../../../../operations/terraform/terraform-process";
import { IMAGE, PUSHED } from "./samples/sample";

/** The advice on errors of one stack: addresses, each with its words. */
function adviceOn(...errors: readonly (readonly [address: string | undefined, words: string])[]) {
  const diagnostics = errors.map(([address, summary]) => ({ summary, detail: "", address }));
  return knownErrors(new StackFailure("platform", diagnostics));
}

const DENIED = "operation error IAM: CreateRole, api error AccessDenied: no";
const ROLE = "aws_iam_role.a";

describe("a denial", () => {
  test("names the resources that were refused, each type once", () => {
    const [problem, fix] = adviceOn(
      [ROLE, DENIED],
      ["aws_iam_role.b", DENIED],
      ["aws_lb.c", DENIED],
    );
    expect(problem).toBe(
      "AWS denies the caller CreateRole of IAM. Completed work is in the state.",
    );
    expect(fix).toBe(
      `→ For a role of setup/aws, add the action to setup/aws/permissions, at aws_iam_role, aws_lb, then npx platform setup. For another caller, allow that action. ${AGAIN}`,
    );
  });

  test("of Terraform's own request names none", () => {
    const [problem, fix] = adviceOn([undefined, "Access Denied"]);
    expect(problem).toBe(
      "AWS denies the caller the requested action. Completed work is in the state.",
    );
    expect(fix).toContain("add the action to setup/aws/permissions, then npx platform setup.");
  });
});

test.each([
  "RequestTimeTooSkewed",
  "Signature expired",
  "Signature not yet current",
  "RequestInTheFuture",
  "20261203T120000Z is now earlier than 20261203T121000Z",
  "current time 2026-12-03T12:00:00Z is before 2026-12-03T12:10:00Z",
])("'%s' is a wrong clock", (words) => {
  expect(adviceOn([ROLE, words])[0]).toBe(
    "AWS rejects the requests because this machine's clock is wrong.",
  );
});

test("the words are known where Terraform has wrapped them", () => {
  expect(adviceOn([ROLE, "Signature\n    not yet\n    current"])[0]).toContain("clock is wrong");
});

describe("the source of an error is that of its address", () => {
  const clock = "Signature expired";
  test.each([
    ["data.aws_iam_role.a"],
    ['provider["registry.terraform.io/hashicorp/aws"]'],
    ['provider["aws"]'],
    ['provider["aws"].elsewhere'],
  ])("%s is AWS's", (address) => {
    expect(adviceOn([address, clock])).toHaveLength(2);
  });

  test.each([['module.a.provider["aws"]'], ["module.aws_iam_role.a"], ["docker_image.aws_a"]])(
    "%s is not",
    (address) => {
      expect(adviceOn([address, clock])).toEqual([]);
    },
  );
});

test("what an error does not tell is left for the reader to fill in", () => {
  expect(adviceOn([PUSHED, "ImageTagAlreadyExists"])).toEqual([
    "web: the tag TAG is in ECR already, but in no state: a killed run pushed it, so no task runs it.",
    `→ aws ecr batch-delete-image --repository-name REPOSITORY --image-ids imageTag=TAG. ${AGAIN}`,
  ]);
  const pulled = "failed to solve: pull access denied, insufficient_scope";
  expect(adviceOn([IMAGE, pulled])[1]).toContain("docker pull IMAGE must work.");
  expect(adviceOn(["aws_route53_record.a", "but it already exists"])[0]).toMatch(
    /^Route 53 already has a record for the domain:/,
  );
  expect(
    adviceOn([
      "aws_route53_record.a",
      "[Tried to create name='a.example.com', but it already exists]",
    ])[0],
  ).toMatch(/^Route 53 already has a record for a\.example\.com:/);
});

test.each(["aws_route53_zone.a", "aws_route53_record.a"])(
  "a missing hosted zone is told at %s",
  (address) => {
    expect(adviceOn([address, "NoSuchHostedZone"])[0]).toMatch(/^The hosted zone of the domain is/);
  },
);

test.each([
  "toomanyrequests: slow down",
  "You have reached your pull rate limit",
  "unexpected status from HEAD request to https://registry-1.docker.io/v2/a/manifests/1: 429 Too Many Requests",
])("'%s' is a limit of the registry", (words) => {
  expect(adviceOn([IMAGE, `failed to solve: ${words}`])[0]).toMatch(
    /^web: the registry(?: of \S+)? limits pulls/,
  );
});

test("a bucket of another account is told from one's own by the end of the words alone", () => {
  const bucket = "aws_s3_bucket.buckets_statements_bucket_0A";
  expect(adviceOn([bucket, "creating S3 Bucket (a): BucketAlreadyExists"])[0]).toMatch(
    /^The bucket exists in this account/,
  );
  expect(adviceOn([bucket, "creating S3 Bucket (a): BucketAlreadyExists: taken"])[0]).toMatch(
    /^Another account has the bucket a:/,
  );
});

test.each([
  "NamespaceAlreadyExists",
  "ConflictingDomainExists",
  "CANNOT_CREATE_HOSTED_ZONE",
  "has an overlapping name space",
  "has an overlapping namespace",
])("'%s' is what a killed run left of Cloud Map", (words) => {
  const address = "aws_service_discovery_private_dns_namespace.a";
  expect(adviceOn([address, words])[0]).toMatch(/^A killed run left the Cloud Map namespace/);
});
