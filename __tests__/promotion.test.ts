import { imageSourceOf, parseSynthesizedStack } from "../deployment/synthesized-stack";
import { fixture } from "./support/services";
import { synthesize } from "./support/synth";

const PROD = { PLATFORM_SUFFIX: "prod" };
const promoteFrom = { environment: "dev" };
const { registry, images, platform } = synthesize(fixture, PROD, { promoteFrom });

describe("an environment that promotes", () => {
  test("builds nothing: each image is what the other environment runs, by its digest", () => {
    const taken = images.resources("docker_image");
    expect(taken).toHaveLength(4);
    for (const image of taken) {
      expect(image).not.toHaveProperty("build");
      expect(image["name"]).toMatch(
        /^\$\{.*data\.terraform_remote_state\.promoted-from-dev\.outputs\.running-images.*\}$/,
      );
    }
  });

  test("reads the other environment's platform, not what that has pushed", () => {
    const { config } = images.json["data"]?.["terraform_remote_state"]?.["promoted-from-dev"] ?? {};
    expect(config).toMatchObject({ path: expect.stringMatching(/dev\/platform\.tfstate$/) });
  });

  test("probes each image with its own settings before it pushes it to its own repository", () => {
    for (const [id, pushed] of Object.entries(
      images.json["resource"]?.["docker_registry_image"] ?? {},
    )) {
      const image = id.replace(/_pushed_.*/, "");
      expect(pushed["depends_on"]).toEqual([
        expect.stringMatching(new RegExp(`^docker_container\\.${image}_probe_`)),
      ]);
    }
    for (const { target_image: name } of images.resources("docker_tag")) {
      expect(name).toContain("registry.outputs");
    }
    for (const probe of images.resources("docker_container")) {
      expect(probe["name"]).toMatch(/-probe-prod$/);
    }
  });

  test("fails when the registry calls the same image by another digest", () => {
    for (const { lifecycle } of images.resources("docker_registry_image")) {
      expect(lifecycle).toMatchObject({
        postcondition: [
          { condition: expect.stringMatching(/self\.sha256_digest == .*promoted-from-dev/) },
        ],
      });
    }
  });

  test("logs in to the registry of another account, which is no part of any state", () => {
    const elsewhere = { environment: "dev", account: "111122223333" };
    const stacks = synthesize(fixture, PROD, { promoteFrom: elsewhere });
    const [docker] = stacks.images.json["provider"]?.["docker"] as unknown as [object];
    expect(docker).toMatchObject({
      registry_auth: [
        expect.anything(),
        { address: "https://111122223333.dkr.ecr.us-east-1.amazonaws.com" },
      ],
    });
  });

  test("is planned as such", () => {
    const parsed = parseSynthesizedStack("images", images.json);
    expect(imageSourceOf(parsed, "web")).toEqual({ environment: "dev" });
  });
});

describe("an environment that is promoted from", () => {
  const dev = synthesize(fixture);

  test("gives out its images only once every service is healthy with them", () => {
    const output = dev.platform.json["output"]?.["running-images"] as Record<string, unknown>;
    expect(Object.keys(output["value"] as object).sort()).toEqual(
      [...Object.keys(fixture), "database-setup"].sort(),
    );
    const waits = output["depends_on"] as string[];
    const ids = Object.keys(dev.platform.json["resource"]?.["aws_ecs_service"] ?? {});
    expect(waits).toHaveLength(3);
    expect(waits.sort()).toEqual(ids.map((id) => `aws_ecs_service.${id}`).sort());
  });

  test("lets nobody else pull its images", () => {
    expect(dev.registry.resources("aws_ecr_repository_policy")).toEqual([]);
  });

  test("or the accounts that it names, and lets those do nothing but pull", () => {
    const open = synthesize(fixture, {}, { pullableBy: ["444455556666"] });
    const policies = open.registry.resources("aws_ecr_repository_policy");
    expect(policies).toHaveLength(4);
    for (const { policy } of policies) {
      expect(policy).toContain('{"AWS" = ["444455556666"]}');
      expect(policy).not.toMatch(/Put|Upload|Initiate|Delete|\*/);
    }
  });
});

test("the stacks of both have the same order", () => {
  expect(registry.dependencies).toEqual([]);
  expect(images.dependencies).toEqual(["registry"]);
  expect(platform.dependencies).toContain("images");
});
