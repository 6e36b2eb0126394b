import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../../policy/policy-text";
import type { EnvironmentSettings } from "../../../spec/environment/settings";
import { fixture } from "../../support/services";
import { type Block, type SynthesizedStack, synthesize } from "../../support/synth";

const newest = { tagStatus: "tagged", countType: "imageCountMoreThan" };

describe("registry", () => {
  const { registry } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

  test("has one private repository per image, named with the environment", () => {
    const names = registry.resources("aws_ecr_repository").map(({ name }) => name);
    expect(names.sort()).toEqual([
      "platform-blue/database-setup",
      "platform-blue/order-archive",
      "platform-blue/orders",
      "platform-blue/ready",
      "platform-blue/web",
    ]);
  });

  test("has immutable tags, scans pushed images, encrypts, and is deleted with its images", () => {
    for (const repository of registry.resources("aws_ecr_repository")) {
      expect(repository).toMatchObject({
        image_tag_mutability: "IMMUTABLE",
        image_scanning_configuration: { scan_on_push: true },
        encryption_configuration: [{ encryption_type: "AES256" }],
        force_delete: true,
      });
    }
  });

  test("refuses to plan while the platform still has a service whose repository it would delete", () => {
    const { "repository-urls": urls } = registry.json["output"] ?? {};
    expect(registry.dataSources("aws_cloudwatch_log_groups")).toEqual([
      expect.objectContaining({ log_group_name_prefix: "/ecs/platform-blue/" }),
    ]);
    expect(urls).toMatchObject({
      precondition: {
        condition: expect.stringMatching(
          /length\(setsubtract\(.*aws_cloudwatch_log_groups.*web.*< 1/,
        ),
        // The names alone, without the path of their log groups.
        error_message: expect.stringMatching(
          /^services\/index\.ts no longer lists \$\{replace\(replace\(join\(", ", setsubtract\(.*\)\), "\/ecs\/platform-blue", ""\), "\/", ""\)\}, which .* npx platform deploy\.$/,
        ),
      },
    });
  });

  test("keeps the repositories in PLATFORM_KEPT_REPOSITORIES, and always the platform's own", () => {
    const { web } = fixture;
    const kept = synthesize(
      { web: { ...web, calls: [] } },
      { PLATFORM_KEPT_REPOSITORIES: "orders" },
    );
    expect(kept.registry.resources("aws_ecr_repository").map(({ name }) => name)).toEqual([
      "platform-dev/database-setup",
      "platform-dev/orders",
      "platform-dev/ready",
      "platform-dev/web",
    ]);
    expect(kept.images.resources("docker_image")).toHaveLength(2);
  });

  test("keeps the images in use, the newest pushed ones and caches, and no untagged ones", () => {
    const policies = registry.resources("aws_ecr_lifecycle_policy");
    expect(policies).toHaveLength(5);
    for (const { policy } of policies) {
      const { rules } = parsePolicy(String(policy)) as { rules: { selection: object }[] };
      expect(rules.map(({ selection }) => selection)).toEqual([
        { ...newest, tagPatternList: ["running-*"], countNumber: 1000 },
        { ...newest, tagPatternList: ["previous-*"], countNumber: 1000 },
        // A rule for every tag alone would count signatures and caches too.
        { ...newest, tagPatternList: ["build-*"], countNumber: 30 },
        { ...newest, tagPatternList: ["cache-*"], countNumber: 3 },
        { ...newest, tagPatternList: ["sha256-*"], countNumber: 1000 },
        { ...newest, tagPatternList: ["*"], countNumber: 30 },
        {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 1,
        },
      ]);
      expect(rules.map((rule) => ({ ...rule, selection: {} }))).toEqual(
        [
          "Keep the images tagged running-",
          "Keep the images tagged previous-",
          "Keep the 30 newest pushed images",
          "Keep the 3 newest build caches",
          "Keep cosign's signatures and attestations",
          "Keep the newest of all that has another tag",
          "Expire what expired image indexes leave",
        ].map((description, index) => ({
          rulePriority: index + 1,
          description,
          selection: {},
          action: { type: "expire" },
        })),
      );
    }
  });

  test("tells the address of each repository", () => {
    const { value } = registry.json["output"]?.["repository-urls"] ?? {};
    expect(value).toMatchObject({
      "order-archive": expect.stringMatching(
        /^\$\{aws_ecr_repository\..*\.repository_url\}$/,
      ) as unknown,
    });
    expect(Object.keys(value as object)).toHaveLength(5);
  });

  test("lets the accounts that promote its images pull them, and do nothing else", () => {
    const pullable = synthesize(fixture, {}, { pullableBy: ["210987654321"] }).registry;
    const policies = pullable.resources("aws_ecr_repository_policy");
    expect(policies).toHaveLength(5);
    for (const { policy } of policies) {
      expect(parsePolicy(String(policy))).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "PullToPromote",
            Effect: "Allow",
            Principal: { AWS: ["210987654321"] },
            Action: [
              "ecr:BatchCheckLayerAvailability",
              "ecr:BatchGetImage",
              "ecr:GetDownloadUrlForLayer",
            ],
          },
        ],
      });
    }
    expect(registry.resources("aws_ecr_repository_policy")).toEqual([]);
  });
});

describe("the key that images are signed with", () => {
  const keyOf = (settings: EnvironmentSettings = {}) =>
    synthesize(fixture, {}, { sign: true, ...settings }).registry;
  const statements = (stack: SynthesizedStack) =>
    stack.dataSources("aws_iam_policy_document").flatMap(({ statement }) => statement as Block[]);

  test("is an asymmetric one under the environment's alias, which its images depend on", () => {
    const { registry, images } = synthesize(fixture, {}, { sign: true });
    expect(registry.resources("aws_kms_key")).toEqual([
      expect.objectContaining({
        key_usage: "SIGN_VERIFY",
        customer_master_key_spec: "ECC_NIST_P256",
        deletion_window_in_days: 7,
        lifecycle: { prevent_destroy: false },
      }),
    ]);
    expect(registry.resources("aws_kms_alias")).toMatchObject([
      { name: "alias/platform-images-dev" },
    ]);
    expect(JSON.stringify(registry.json["output"]?.["signing-key-arn"])).toMatch(
      /aws_kms_alias\.signing-key_alias_\w+\.target_key_arn/,
    );
    expect(images.dependencies).toEqual(["registry"]);
  });

  test("is kept where the environment is protected, and restorable for a month", () => {
    const registry = keyOf({ protected: true, plainHttp: true });
    expect(registry.resources("aws_kms_key")).toMatchObject([
      { deletion_window_in_days: 30, lifecycle: { prevent_destroy: true } },
    ]);
  });

  test("is for whom IAM allows it, and for no task", () => {
    const account = "${data.aws_caller_identity.signing-key_caller_";
    expect(statements(keyOf())).toEqual([
      {
        sid: "ByIam",
        actions: ["kms:*"],
        resources: ["*"],
        principals: [
          { type: "AWS", identifiers: [expect.stringMatching(/^arn:aws:iam::\$\{.*\}:root$/)] },
        ],
      },
      {
        sid: "NotByTasks",
        effect: "Deny",
        actions: ["kms:Sign"],
        resources: ["*"],
        principals: [{ type: "AWS", identifiers: ["*"] }],
        condition: [
          {
            test: "ArnLike",
            variable: "aws:PrincipalArn",
            // Of all environments and regions: their names end in both.
            values: ["app", "ecs", "run", "due"].map((kind): unknown =>
              expect.stringMatching(new RegExp(`^arn:aws:iam::.*:role/platform-\\*-${kind}-\\*$`)),
            ),
          },
        ],
      },
    ]);
    expect(JSON.stringify(statements(keyOf()))).toContain(account);
  });

  test("lets the accounts that may pull the images verify them, and no more", () => {
    expect(statements(keyOf({ pullableBy: ["210987654321"] })).at(-1)).toEqual({
      sid: "VerifyToPromote",
      actions: ["kms:DescribeKey", "kms:GetPublicKey"],
      resources: ["*"],
      principals: [{ type: "AWS", identifiers: ["arn:aws:iam::210987654321:root"] }],
    });
  });

  test("does not exist where the environment does not sign", () => {
    expect(synthesize(fixture).registry.resources("aws_kms_key")).toEqual([]);
  });
});
