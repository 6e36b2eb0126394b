import { describe, expect, test } from "vitest";
import { STATE_READERS } from "../../../../stacks/options/backend";
import { PROJECT_FOLDER } from "../../../../project";
import { fixture } from "../../../support/services";
import { type SynthesizedStack, synthesize } from "../../../support/synth";

const STACKS = ["registry", "images", "platform"] as const;

/** A stack's references to other stacks' states, by stack. */
function remoteStates({ json }: SynthesizedStack): Record<string, unknown> {
  const { terraform_remote_state: states = {} } = json["data"] ?? {};
  return Object.fromEntries(
    Object.entries(states).map(([id, state]) => [
      id.replace("cross-stack-reference-input-", ""),
      state,
    ]),
  );
}

/** Each stack refers to exactly the states that it reads, as `expected` describes them. */
function expectRemoteStates(
  stacks: ReturnType<typeof synthesize>,
  expected: (producer: string) => unknown,
): void {
  for (const stack of STACKS) {
    const read = Object.entries(STATE_READERS).flatMap(([producer, readers]) =>
      readers.some((reader) => reader === stack) ? [producer] : [],
    );
    expect(remoteStates(stacks[stack])).toEqual(
      Object.fromEntries(read.map((producer) => [producer, expected(producer)])),
    );
  }
}

describe("states in S3", () => {
  const stacks = synthesize(fixture, {
    PLATFORM_BACKEND: "s3",
    PLATFORM_STATE_BUCKET: "acme-states",
    PLATFORM_REGION: "eu-west-1",
    PLATFORM_SUFFIX: "blue",
  });
  const place = (stack: string) => ({
    bucket: "acme-states",
    region: "eu-west-1",
    encrypt: true,
    // Terraform refuses regions that are newer than itself.
    skip_region_validation: true,
    key: `eu-west-1/platform/blue/${stack}.tfstate`,
  });

  test.each(STACKS)("the state of %s has its own key, encryption and a lock file", (stack) => {
    expect(stacks[stack].json["terraform"]?.["backend"]).toEqual({
      s3: { ...place(stack), use_lockfile: true },
    });
  });

  test("a stack that reads another stack's output uses that stack's state key", () => {
    expectRemoteStates(stacks, (producer) => ({
      backend: "s3",
      workspace: "${terraform.workspace}",
      config: place(producer),
    }));
  });
});

test("a custom KMS key, region and S3 endpoint also apply to the stacks that read the state", () => {
  const key = "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d";
  const stacks = synthesize(fixture, {
    PLATFORM_BACKEND: "s3",
    PLATFORM_STATE_BUCKET: "acme-states",
    PLATFORM_STATE_REGION: "eu-west-1",
    PLATFORM_STATE_KMS_KEY: key,
    AWS_ENDPOINT_URL_S3: "http://s3.acme.internal",
  });
  const wanted = { region: "eu-west-1", kms_key_id: key, use_path_style: true };
  expect(stacks.registry.json["terraform"]?.["backend"]?.["s3"]).toMatchObject(wanted);
  expect(remoteStates(stacks.images)).toMatchObject({ registry: { config: wanted } });
});

test("a state folder may have any name: only the readers' path is a template to Terraform", () => {
  const stacks = synthesize(fixture, { PLATFORM_STATE_FOLDER: "/states/${a}%{b}" });
  const file = (folder: string) => `${folder}/us-east-1/platform/dev/registry.tfstate`;
  expect(stacks.registry.json["terraform"]?.["backend"]).toEqual({
    local: { path: file("/states/${a}%{b}") },
  });
  expect(remoteStates(stacks.images)).toMatchObject({
    registry: { config: { path: file("/states/$${a}%%{b}") } },
  });
});

describe("states in HCP Terraform", () => {
  const stacks = synthesize(fixture, {
    PLATFORM_BACKEND: "cloud",
    PLATFORM_HCP_ORGANIZATION: "acme",
    PLATFORM_HCP_PROJECT: "shop",
    PLATFORM_HCP_HOSTNAME: "tfe.acme.com",
    PLATFORM_NAME: "shop",
    PLATFORM_SUFFIX: "blue",
  });

  test.each(STACKS)("%s has its own named workspace in the project", (stack) => {
    expect(stacks[stack].json["terraform"]).not.toHaveProperty("backend");
    expect(stacks[stack].json["terraform"]?.["cloud"]).toEqual({
      hostname: "tfe.acme.com",
      organization: "acme",
      workspaces: { name: `shop-${stack}-use1-blue`, project: "shop" },
    });
  });

  test("a stack that reads another stack's output uses that stack's workspace", () => {
    expectRemoteStates(stacks, (producer) => ({
      backend: "remote",
      config: {
        hostname: "tfe.acme.com",
        organization: "acme",
        workspaces: { name: `shop-${producer}-use1-blue` },
      },
    }));
  });

  test("a remote run, which gets only the stack's folder, finds everything it needs there", () => {
    for (const stack of ["registry", "platform"] as const) {
      const { json } = stacks[stack];
      expect(Object.keys(json["provider"] ?? {})).toEqual(["aws"]);
      const paths = JSON.stringify(json).match(
        /"[^"]*(\.\.\/|\$\{(file|path)\b)[^"]*"|local-exec/g,
      );
      expect(paths ?? []).toEqual([]);
      expect(JSON.stringify(json).includes(PROJECT_FOLDER)).toBe(false);
    }
  });
});

describe("an environment that promotes reads the other's platform where its own state is", () => {
  const read = (env: Record<string, string>) => {
    const { images } = synthesize(fixture, env, { promoteFrom: { environment: "blue" } });
    return remoteStates(images)["promoted-from-blue"];
  };

  test("in a folder of any name", () => {
    expect(read({ PLATFORM_STATE_FOLDER: "/states/${a}" })).toEqual({
      backend: "local",
      config: { path: "/states/$${a}/us-east-1/platform/blue/platform.tfstate" },
    });
  });

  test("in S3", () => {
    const env = { PLATFORM_BACKEND: "s3", PLATFORM_STATE_BUCKET: "acme-states" };
    expect(read(env)).toEqual({
      backend: "s3",
      config: {
        bucket: "acme-states",
        region: "us-east-1",
        encrypt: true,
        skip_region_validation: true,
        key: "us-east-1/platform/blue/platform.tfstate",
      },
    });
  });

  test("in HCP Terraform", () => {
    const env = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };
    expect(read(env)).toMatchObject({
      backend: "remote",
      config: {
        hostname: "app.terraform.io",
        organization: "acme",
        workspaces: { name: "platform-platform-use1-blue" },
      },
    });
  });
});
