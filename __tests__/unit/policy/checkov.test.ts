import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Accepted, accepting, differences } from "../../../policy/checkov/accepted";
import { type Finding, findingsIn, placeOf } from "../../../policy/checkov/scan";
import { references } from "../../../policy/variants";
import { PROJECT_FOLDER } from "../../../project";

const finding: Finding = {
  check: "CKV_AWS_150",
  title: "Ensure that Load Balancer has deletion protection enabled",
  variant: "dev",
  hasDomain: false,
  isProtected: false,
  stack: "platform",
  address: "aws_lb.load-balancer_alb_15AADC07",
  place: "aws_lb.load-balancer_alb",
};
const accepted: Accepted = {
  check: finding.check,
  title: finding.title,
  reason: "Everything can be destroyed by one command.",
  where: ["platform: aws_lb.load-balancer_alb"],
};

describe("the list of accepted findings", () => {
  test("covers what was found, and nothing else", () => {
    expect(differences([finding], [accepted])).toEqual([]);
  });

  test("a new finding is red, and names the place, the environment and both ways to mend it", () => {
    const [message = "", ...more] = differences([finding], []);
    expect(more).toEqual([]);
    expect(message).toContain("CKV_AWS_150: Ensure that Load Balancer has deletion protection");
    expect(message).toContain("platform: aws_lb.load-balancer_alb_15AADC07");
    expect(message).toContain("in dev");
    expect(message).toContain("npm run test:checkov -- --accept");
  });

  test("the same check at another resource is red", () => {
    const other = { ...finding, address: "aws_lb.second_15AADC07", place: "aws_lb.second" };
    expect(differences([finding, other], [accepted])).toHaveLength(1);
  });

  test("an accepted finding that is gone is red", () => {
    expect(differences([], [accepted]).join()).toContain("no longer found there");
  });

  test("a finding without a reason is red", () => {
    const [message = ""] = differences([finding], [{ ...accepted, reason: " " }]);
    expect(message).toContain("without a reason");
  });

  test("what is accepted without a domain is red with one", () => {
    const plain: Accepted = { ...accepted, only: "without a domain" };
    expect(differences([finding], [plain])).toEqual([]);
    expect(differences([finding, { ...finding, hasDomain: true }], [plain])).toHaveLength(1);
  });

  test("what is accepted of an unprotected environment is red in a protected one", () => {
    const loose: Accepted = { ...accepted, only: "unprotected" };
    expect(differences([finding], [loose])).toEqual([]);
    expect(differences([finding, { ...finding, isProtected: true }], [loose])).toHaveLength(1);
  });

  test("is written anew by one command, which keeps the reasons", () => {
    const fresh = { ...finding, check: "CKV_AWS_91", hasDomain: true };
    const always = { ...finding, check: "CKV_AWS_92", hasDomain: true, isProtected: true };
    const unwritten = { title: finding.title, reason: "", where: accepted.where };
    expect(accepting([fresh, finding, always], [accepted])).toEqual([
      { ...accepted, only: "without a domain" },
      { check: "CKV_AWS_91", ...unwritten, only: "unprotected" },
      { check: "CKV_AWS_92", ...unwritten },
    ]);
  });
});

test.each([
  ["aws_cloudwatch_log_group.services_order-archive_task_log_55131C5A", "services_*_task_log"],
  [
    "aws_secretsmanager_secret.database_services_order_archive_secret_89B8D901",
    "services_*_secret",
  ],
  [
    "aws_lb_target_group.load-balancer_routes_orders_target-group_63E758E0",
    "routes_*_target-group",
  ],
  ["aws_security_group_rule.security-groups_paths_web-to-orders_in_2A23FCFC", "paths_*_in"],
  ["aws_s3_bucket.buckets_card-scans_bucket_180FF48F", "aws_s3_bucket.buckets_*_bucket"],
  ["aws_sqs_queue.queues_exports_dead-letters_180FF48F", "aws_sqs_queue.queues_*_dead-letters"],
  [
    "aws_cloudwatch_metric_alarm.alarms_services_orders_exports_dead-letters_180FF48F",
    "alarms_services_*_*_dead-letters",
  ],
  ["aws_subnet.network_private-subnet-0_0C797916", "network_private-subnet-*"],
  ["aws_ecr_repository.images_web_otel_repository_0C797916", "repository.images_*_repository"],
  ["aws_cloudwatch_log_group.services_web_task_log-otel_0C797916", "services_*_task_log-*"],
])("the place of %s ends with %s in every catalogue", (address, end) => {
  const place = placeOf(address, ["web", "orders", "order-archive", "web_otel"]);
  expect(place.endsWith(end)).toBe(true);
});

test("a report on resources and data sources gets their addresses from the stacks", () => {
  const variants = references();
  const failed = (resource: string, stack = "platform") => ({
    check_id: "CKV_AWS_1",
    check_name: "Ensure",
    file_path: `/reference/${stack}/cdk.tf.json`,
    resource,
  });
  const names = Object.keys(
    // Terraform JSON.
    (variants[0]?.stacks[2]?.json as { resource: { aws_lb: object } }).resource.aws_lb,
  );
  const report = {
    summary: { parsing_errors: 0 },
    results: { failed_checks: [failed(`resource.${names[0] ?? ""}`), failed("aws_vpc.other")] },
  };
  expect(findingsIn(report, variants).map(({ place }) => place)).toEqual([
    "aws_lb.load-balancer_alb",
    "other",
  ]);
});

test("a stack that Checkov cannot read is an error, not a stack without findings", () => {
  const report = { summary: { parsing_errors: 1 }, results: { failed_checks: [] } };
  expect(() => findingsIn(report, [])).toThrow("could not read");
});

test("its requirements are the ones that its list of hashes was made from", () => {
  const folder = path.join(PROJECT_FOLDER, "policy", "checkov");
  const [wanted = ""] = readFileSync(path.join(folder, "requirements.in"), "utf8").split("\n");
  expect(wanted).toMatch(/^checkov==\d+\.\d+\.\d+$/);
  expect(existsSync(path.join(folder, "requirements.txt"))).toBe(true);
  expect(readFileSync(path.join(folder, "requirements.txt"), "utf8")).toContain(`${wanted} \\`);
});
