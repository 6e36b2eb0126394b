import { describe, expect, test } from "vitest";
import { whatToDo } from "../../../operations/failures/failure";
import {
  imageSourceOf,
  parseSynthesizedStack,
} from "../../../operations/terraform/synthesized-stack";
import { StackFailure } from "../../../operations/terraform/terraform-process";
import { fixture } from "../../support/services";
import { plain, synthesize } from "../../support/synth";

const promoteFrom = { environment: "blue" };
const { registry, images, platform } = synthesize(fixture, {}, { promoteFrom });

describe("an environment that promotes", () => {
  test("builds nothing: it takes each image that the other environment runs, by its digest", () => {
    const taken = images.resources("docker_image");
    expect(taken).toHaveLength(5);
    for (const image of taken) {
      expect(image).not.toHaveProperty("build");
      // The engine may be the other environment's too.
      expect(image["keep_locally"]).toBe(true);
      expect(image["name"]).toMatch(
        /^\$\{.*data\.terraform_remote_state\.promoted-from-blue\.outputs\.running-images.*\}$/,
      );
    }
  });

  test("pushes each under a tag with its digest, and a new one each time it is promoted", () => {
    const tags = images.resources("docker_tag");
    expect(tags).toHaveLength(5);
    for (const { target_image: name } of tags) {
      expect(plain(name)).toMatch(
        /:build-\$\{substr\(element\(split\("@", .*running-images.*\), 1\), 7, 16\)\}-\$\{substr\(terraform_data\.images_[\w-]+_promotion\.id, 0, 8\)\}$/,
      );
    }
    const taken = images.resources("docker_image").map(({ name }) => name);
    const promotions = images.resources("terraform_data").map((each) => each["triggers_replace"]);
    expect(promotions).toEqual(taken.map((reference) => ({ reference })));
  });

  test("reads the other environment's platform state, not its pushed images", () => {
    const { config } =
      images.json["data"]?.["terraform_remote_state"]?.["promoted-from-blue"] ?? {};
    expect(config).toMatchObject({ path: expect.stringMatching(/blue\/platform\.tfstate$/) });
  });

  test("probes each image with its own settings before it pushes it to its own repository", () => {
    for (const [id, pushed] of Object.entries(
      images.json["resource"]?.["docker_registry_image"] ?? {},
    )) {
      const image = id.replace(/_pushed_.*/, "");
      expect(pushed["depends_on"]).toEqual([
        expect.stringMatching(new RegExp(`^docker_container\\.${image}_(probe|health)_`)),
      ]);
    }
    for (const { target_image: name } of images.resources("docker_tag")) {
      expect(name).toContain("registry.outputs");
    }
    for (const probe of images.resources("docker_container")) {
      expect(probe["name"]).toMatch(/-probe(-health)?-use1-dev$/);
    }
  });

  test("fails if the registry reports another digest for the same image", () => {
    for (const { lifecycle } of images.resources("docker_registry_image")) {
      expect(lifecycle).toMatchObject({
        postcondition: [
          {
            condition: expect.stringMatching(/self\.sha256_digest == .*promoted-from-blue/),
            error_message: expect.stringContaining(
              "Promote with an engine that uses the same image store",
            ),
          },
        ],
      });
    }
  });

  test("logs in to the registry of another account, whose login is in no state", () => {
    const elsewhere = { environment: "blue", account: "111122223333" };
    const stacks = synthesize(fixture, {}, { promoteFrom: elsewhere });
    const [docker] = stacks.images.json["provider"]?.["docker"] as unknown as [object];
    expect(docker).toMatchObject({
      registry_auth: [
        expect.anything(),
        { address: "https://111122223333.dkr.ecr.us-east-1.amazonaws.com" },
      ],
    });
  });

  test("runs each image as the user that it has there, whatever its Dockerfile says here", () => {
    // Not resources, as the rest of a stack's JSON is.
    const users = images.json["locals"] as unknown as Record<string, string>;
    const run = [
      ...images.resources("docker_container").flatMap(({ user }) => (user as string | null) ?? []),
      ...platform
        .resources("aws_ecs_task_definition")
        .flatMap(({ container_definitions: json }) =>
          (JSON.parse(String(json)) as { user?: string }[]).flatMap(({ user }) => user ?? []),
        ),
    ];
    expect(run.length).toBeGreaterThan(5);
    for (const user of run) {
      const [, name = ""] = /^\$\{.*(images_[\w-]+_user_\w+)\}$/.exec(user) ?? [];
      // An environment that was last deployed before it gave the users has none.
      expect(users[name]).toMatch(
        /^\$\{try\(data\.terraform_remote_state\.promoted-from-blue\.outputs\.image-users.*, "(10001:10001|65532:65532)"\)\}$/,
      );
    }
  });

  test("is planned as a promotion", () => {
    const parsed = parseSynthesizedStack("images", images.json);
    expect(imageSourceOf(parsed, "web")).toEqual({ environment: "blue" });
  });
});

describe("an environment that is promoted from", () => {
  const dev = synthesize(fixture);

  test("outputs its images only once every service is healthy with them", () => {
    const output = dev.platform.json["output"]?.["running-images"] as Record<string, unknown>;
    expect(Object.keys(output["value"] as object).sort()).toEqual(
      [...Object.keys(fixture), "ready", "database-setup"].sort(),
    );
    const waits = output["depends_on"] as string[];
    const ids = Object.keys(dev.platform.json["resource"]?.["aws_ecs_service"] ?? {});
    expect(waits).toHaveLength(3);
    expect([...waits].sort()).toEqual(ids.map((id) => `aws_ecs_service.${id}`).sort());
  });

  test("outputs whom its images run as", () => {
    const { "image-users": output, "running-images": images } = dev.platform.json["output"] ?? {};
    // Of a deployment that failed, neither is written: users of new images do not fit the old ones.
    expect(output).toHaveProperty("depends_on", (images as { depends_on: unknown }).depends_on);
    expect(output).toMatchObject({ value: { web: "65532:65532", ready: "10001:10001" } });
  });

  test("lets no other account pull its images", () => {
    expect(dev.registry.resources("aws_ecr_repository_policy")).toEqual([]);
  });

  test("lets the accounts that it names pull its images, and do nothing else", () => {
    const open = synthesize(fixture, {}, { pullableBy: ["444455556666"] });
    const policies = open.registry.resources("aws_ecr_repository_policy");
    expect(policies).toHaveLength(5);
    for (const { policy } of policies) {
      expect(policy).toContain('{"AWS" = ["444455556666"]}');
      expect(policy).not.toMatch(/Put|Upload|Initiate|Delete|\*/);
    }
  });
});

test("promotion keeps the order of the stacks", () => {
  expect(registry.dependencies).toEqual([]);
  expect(images.dependencies).toEqual(["registry"]);
  expect(platform.dependencies).toContain("images");
});

test("the policy of a repository holds as many accounts as may pull", () => {
  const pullableBy = Array.from({ length: 200 }, (_, at) => String(10 ** 11 + at));
  const { registry } = synthesize(fixture, {}, { pullableBy });
  const [{ policy } = {}] = registry.resources("aws_ecr_repository_policy");
  // With each account's ARN in the longest of the partitions.
  const longest = String(policy).replaceAll(/\$\{[^}]*partition\}/g, "aws-us-gov");
  expect(longest.length).toBeLessThan(10_240);
});

describe("without images to promote", () => {
  const from = { promoteFrom: { environment: "blue" } };
  const failed = (stack: "images" | "platform", summary: string, address?: string) =>
    whatToDo(new StackFailure(stack, [{ summary, detail: "", address }]), from).join("\n");
  const NO_STATE = "Unable to find remote state: No stored state was found";

  test.each([
    [NO_STATE, "data.terraform_remote_state.promoted-from-blue"],
    ['This object does not have an attribute named "running-images".', undefined],
    ["Invalid index: The given key does not identify an element in this collection.", undefined],
  ])("'%s' comes with the step to take first", (error, address) => {
    expect(failed("images", error, address)).toContain("npx platform deploy blue");
  });

  test("a missing state of the environment's own registry is another matter", () => {
    const own = "data.terraform_remote_state.cross-stack-reference-input-registry";
    expect(failed("images", NO_STATE, own)).not.toContain("npx platform deploy blue");
  });

  test("another failure keeps its own advice", () => {
    expect(failed("images", "no space left on device")).toContain("The disk is full");
    expect(failed("platform", NO_STATE)).not.toContain("PLATFORM_SUFFIX=blue");
  });
});
