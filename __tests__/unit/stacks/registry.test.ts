import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../../policy/policy-text";
import { fixture } from "../../support/services";
import { synthesize } from "../../support/synth";

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
        error_message: expect.stringContaining("npx platform deploy"),
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
      const priorities = rules.map((rule) => ({ ...rule, selection: {} }));
      expect(priorities).toMatchObject(
        [1, 2, 3, 4, 5, 6, 7].map((rulePriority) => ({ rulePriority })),
      );
    }
  });
});
