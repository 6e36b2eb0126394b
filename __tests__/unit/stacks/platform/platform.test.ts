import { describe, expect, test } from "vitest";
import { VERSIONS } from "../../../../spec/versions";
import { fixture } from "../../../support/services";
import { type Block, containers, plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

describe("permissions", () => {
  const statements = platform
    .dataSources("aws_iam_policy_document")
    .flatMap(({ statement }) => statement as { actions: string[]; resources?: string[] }[]);

  test("only the ECR login, which has no resource scope, is granted on all resources", () => {
    const wide = statements.filter(({ resources }) => resources?.includes("*"));
    for (const { actions } of wide) expect(actions).toEqual(["ecr:GetAuthorizationToken"]);
    expect(statements.flatMap(({ actions }) => actions).filter((a) => a.includes("*"))).toEqual([]);
  });

  test("the application's own role has no permissions", () => {
    const roles = platform.resources("aws_iam_role_policy").map(({ role }) => role);
    expect(roles).toHaveLength(3);
    for (const role of roles) expect(role).toContain("_roles_execution_");
  });
});

describe("the whole platform", () => {
  test("is tagged by the provider with its project and environment", () => {
    const synthesis = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
    for (const stack of [synthesis.registry, synthesis.images, synthesis.platform]) {
      const [aws] = stack.json["provider"]?.["aws"] as unknown as Block[];
      expect(aws?.["default_tags"]).toEqual([
        { tags: { Project: "platform", Environment: "blue", ManagedBy: "terraform" } },
      ]);
    }
  });

  test("is applied by no other Terraform and no other AWS provider than those it is tested with", () => {
    const synthesis = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
    for (const stack of [synthesis.registry, synthesis.images, synthesis.platform]) {
      expect(stack.json["terraform"]).toMatchObject({
        required_version: VERSIONS.terraform,
        required_providers: { aws: { version: VERSIONS.aws } },
      });
    }
    expect(synthesis.images.json["terraform"]).toMatchObject({
      required_providers: { docker: { version: VERSIONS.docker } },
    });
  });

  test("says what the next deployment asks: where the paths, the databases and the images are", () => {
    const synthesis = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
    const { paths, databases } = synthesis.platform.json["output"] ?? {};
    expect(paths).toHaveProperty("value", { "/": "web", "/archive": "order-archive" });
    expect(databases).toHaveProperty("value", { orders: "orders" });
    const { references } = synthesis.images.json["output"] ?? {};
    const names = [...Object.keys(fixture), "ready", "database-setup"].sort();
    expect(Object.keys((references as { value: object }).value).sort()).toEqual(names);
  });

  test("keeps its logs for one week", () => {
    const groups = platform.resources("aws_cloudwatch_log_group");
    expect(groups).toHaveLength(4);
    for (const group of groups) expect(group["retention_in_days"]).toBe(7);
  });

  test("measures its tasks, into a log group that exists before AWS would create one", () => {
    expect(plain(platform.resources("aws_ecs_cluster"))).toEqual([
      {
        name: "platform-blue",
        setting: [{ name: "containerInsights", value: "enabled" }],
        depends_on: ["aws_cloudwatch_log_group.cluster_insights-log"],
      },
    ]);
  });

  test("imports the log group that Container Insights has recreated", () => {
    const [group] = platform
      .resources("aws_cloudwatch_log_group")
      .filter(({ name }) => String(name).startsWith("/aws/ecs/containerinsights/"));
    const imports = platform.json["import"] as unknown as Block[];
    expect(imports).toEqual([
      {
        for_each: expect.stringMatching(
          /^\$\{setintersection\(\["\/aws\/ecs\/containerinsights\/platform-blue\/performance"\], .*log_group_names\)\)\}$/,
        ),
        id: "${each.value}",
        to: expect.stringMatching(/^aws_cloudwatch_log_group\.cluster_insights-log_\w+$/),
      },
    ]);
    const name = "/aws/ecs/containerinsights/platform-blue/performance";
    expect(group?.["name"]).toBe(name);
    expect(platform.dataSources("aws_cloudwatch_log_groups")).toMatchObject([
      { log_group_name_prefix: name },
    ]);
  });

  test("writes its logs without waiting for CloudWatch, regardless of the account's defaults", () => {
    for (const container of containers(platform)) {
      expect(container["logConfiguration"]).toMatchObject({
        logDriver: "awslogs",
        options: { mode: "non-blocking", "max-buffer-size": "10m" },
      });
    }
  });

  test("creates a replacement first only where it has another name", () => {
    // Terraform extends create_before_destroy to a resource's dependencies: on a task definition it
    // would create a second Aurora cluster under the name of the first.
    const types = Object.entries(platform.json["resource"] ?? {})
      .filter(([, blocks]) => JSON.stringify(blocks).includes('"create_before_destroy":true'))
      .map(([type]) => type);
    expect(types).toEqual(["aws_lb_target_group"]);
  });

  test("can be destroyed", () => {
    const text = JSON.stringify(platform.json);
    expect(text).not.toMatch(
      /"(deletion_protection|prevent_destroy|enable_deletion_protection)":true/,
    );
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({ skip_final_snapshot: true }),
    ]);
  });
});
