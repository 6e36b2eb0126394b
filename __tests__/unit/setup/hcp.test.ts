import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../stacks/options/app";
import { build } from "../../../setup/hcp/main";
import { hcpSettings } from "../../../setup/hcp/settings";
import { readConfig } from "../../../project";

const ROLE = "arn:aws:iam::123456789012:role/platform-hcp";
const CLOUD = {
  PLATFORM_BACKEND: "cloud",
  PLATFORM_HCP_ORGANIZATION: "acme",
  PLATFORM_HCP_RUN_ROLE: ROLE,
};

interface StackJson {
  readonly terraform: Record<string, unknown>;
  readonly provider: Record<string, unknown>;
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly output: Record<string, { value: string }>;
}

/** Synthesizes the setup of an environment: its stacks by name. */
function synthesize(env: Record<string, string> = {}): Record<string, StackJson> {
  const outdir = mkdtempSync(path.join(tmpdir(), "hcp-"));
  try {
    const { config } = readConfig({ ...CLOUD, ...env });
    const hcp = hcpSettings(config);
    if (Array.isArray(hcp)) throw new Error(hcp.join("\n"));
    const app = createApp(outdir);
    build(app, config, hcp);
    app.synth();
    const { stacks } = JSON.parse(readFileSync(path.join(outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { synthesizedStackPath: string }>;
    };
    const read = ({ synthesizedStackPath: file }: { synthesizedStackPath: string }) =>
      // The format of Terraform's JSON.
      JSON.parse(readFileSync(path.join(outdir, file), "utf8")) as StackJson;
    const json = Object.entries(stacks).map(([name, stack]) => [name, read(stack)] as const);
    return Object.fromEntries(json);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const STACKS = ["registry", "images", "platform"] as const;

describe("the workspaces of an environment", () => {
  const stacks = synthesize({ PLATFORM_NAME: "shop", PLATFORM_SUFFIX: "blue" });
  const json = stacks["workspaces"];
  if (!json) throw new Error("there is no stack workspaces");
  const workspaces = Object.entries(json.resource["tfe_workspace"] ?? {});
  const idOf = (stack: string) => {
    const [id] = workspaces.find(([, { name }]) => name === `shop-${stack}-use1-blue`) ?? [];
    return `\${tfe_workspace.${id ?? "none"}.id}`;
  };
  const settingsOf = (stack: string) =>
    Object.values(json.resource["tfe_workspace_settings"] ?? {}).find(
      ({ workspace_id: id }) => id === idOf(stack),
    );

  test("are the stacks' three workspaces, in the default project", () => {
    expect(new Set(workspaces.map(([, { name }]) => name))).toEqual(
      new Set(STACKS.map((stack) => `shop-${stack}-use1-blue`)),
    );
    for (const [, workspace] of workspaces) expect(workspace).not.toHaveProperty("project_id");
    expect(Object.keys(stacks)).toEqual(["workspaces"]);
  });

  test("run remotely, except images, which needs an engine", () => {
    expect(STACKS.map((stack) => settingsOf(stack)?.["execution_mode"])).toEqual([
      "remote",
      "local",
      "remote",
    ]);
  });

  test("share each state only with its readers", () => {
    const sharing = (stack: string) => {
      const { global_remote_state: all, remote_state_consumer_ids: some } = settingsOf(stack) ?? {};
      return { all, some };
    };
    expect(sharing("registry")).toEqual({ all: false, some: [idOf("images"), idOf("platform")] });
    expect(sharing("images")).toEqual({ all: false, some: [idOf("platform")] });
    expect(sharing("platform")).toEqual({ all: false, some: [] });
  });

  test("that run remotely assume an AWS role for each run, and store no key", () => {
    const variables = Object.values(json.resource["tfe_variable"] ?? {}).map((variable) => {
      const { key, value, category, workspace_id: workspace } = variable;
      return [workspace, category, key, value];
    });
    const wanted = ["registry", "platform"].flatMap((stack) => [
      [idOf(stack), "env", "TFC_AWS_PROVIDER_AUTH", "true"],
      [idOf(stack), "env", "TFC_AWS_RUN_ROLE_ARN", ROLE],
    ]);
    expect(variables.sort()).toEqual(wanted.sort());
  });

  test("are the only workspaces that the role trusts", () => {
    const policy = JSON.parse(json.output["trust-policy"]?.value ?? "") as unknown;
    const workspace = "organization:acme:project:Default Project:workspace";
    expect(policy).toMatchObject({
      Statement: [
        {
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/app.terraform.io" },
          Condition: {
            StringEquals: { "app.terraform.io:aud": "aws.workload.identity" },
            StringLike: {
              "app.terraform.io:sub": [
                `${workspace}:shop-registry-use1-blue:run_phase:*`,
                `${workspace}:shop-platform-use1-blue:run_phase:*`,
              ],
            },
          },
        },
      ],
    });
  });

  test("are created at the configured host and organization, by a pinned provider version", () => {
    const { workspaces: enterprise } = synthesize({ PLATFORM_HCP_HOSTNAME: "tfe.acme.com" });
    expect(enterprise?.provider["tfe"]).toEqual([
      { hostname: "tfe.acme.com", organization: "acme" },
    ]);
    expect(enterprise?.terraform).toMatchObject({
      required_providers: { tfe: { version: "0.71.0" } },
    });
  });
});

test("a project is created once for all environments, and holds their workspaces", () => {
  const [blue, green] = ["blue", "green"].map((suffix) =>
    synthesize({ PLATFORM_HCP_PROJECT: "shop", PLATFORM_SUFFIX: suffix }),
  );
  const backendOf = (stack?: StackJson) => stack?.terraform["backend"] ?? "none";
  expect(Object.values(blue?.["project"]?.resource["tfe_project"] ?? {})).toMatchObject([
    { name: "shop" },
  ]);
  expect(backendOf(green?.["project"])).toEqual(backendOf(blue?.["project"]));
  expect(backendOf(green?.["workspaces"])).not.toEqual(backendOf(blue?.["workspaces"]));
  const workspaces = Object.values(blue?.["workspaces"]?.resource["tfe_workspace"] ?? {});
  expect(workspaces).toHaveLength(3);
  for (const { project_id: id } of workspaces) expect(id).toContain("terraform_remote_state");
});

test("for the local AWS every stack runs on this machine, and needs no role", () => {
  const { workspaces } = synthesize({
    PLATFORM_REGISTRY: "http://127.0.0.1:4566",
    PLATFORM_HCP_RUN_ROLE: "",
  });
  const settings = Object.values(workspaces?.resource["tfe_workspace_settings"] ?? {});
  expect(settings.map(({ execution_mode: mode }) => mode)).toEqual(["local", "local", "local"]);
  expect(workspaces?.resource).not.toHaveProperty("tfe_variable");
  expect(workspaces?.output ?? {}).not.toHaveProperty("trust-policy");
});

test.each([
  [{ PLATFORM_BACKEND: "" }, "PLATFORM_BACKEND is local; to set up HCP Terraform, set it to cloud"],
  [
    { PLATFORM_HCP_RUN_ROLE: "" },
    "PLATFORM_HCP_RUN_ROLE is not set; it must be the ARN of the AWS role",
  ],
])("%p is refused", (env, problem) => {
  const { config } = readConfig({ ...CLOUD, ...env });
  expect(hcpSettings(config)).toEqual([expect.stringContaining(problem)]);
});
