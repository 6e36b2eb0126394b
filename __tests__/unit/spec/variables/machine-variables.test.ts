import { expect, test } from "vitest";
import { builderOf, engineProblems } from "../../../../spec/variables/engine-problems";
import type { Backend } from "../../../../spec/variables/backend";
import { redirectProblems, withoutRedirects } from "../../../../spec/variables/terraform-variables";

test("a context that only the docker program reads is refused, with the variable that all read", () => {
  expect(engineProblems({ DOCKER_CONTEXT: "colima" })).toEqual([
    expect.stringMatching(/^DOCKER_CONTEXT is "colima", .*export DOCKER_HOST=.*'colima'\)"$/),
  ]);
  expect(engineProblems({ DOCKER_CONTEXT: "default" })).toEqual([]);
  expect(engineProblems({ DOCKER_CONTEXT: "colima", DOCKER_HOST: "unix:///x.sock" })).toEqual([]);
});

const local: Backend = { kind: "local", folder: "/state" };
const cloud: Backend = {
  kind: "cloud",
  organization: "acme",
  project: undefined,
  hostname: "app.terraform.io",
  runRole: undefined,
};

test("cdktf may not run the three stacks in one data folder", () => {
  expect(redirectProblems({ TF_DATA_DIR: "/data" }, local)).toEqual([
    expect.stringMatching(/^TF_DATA_DIR is "\/data", .*; unset it/),
  ]);
  expect(redirectProblems({ TF_DATA_DIR: ".data" }, local)).toEqual([]);
  expect(redirectProblems({}, local)).toEqual([]);
});

test("cdktf may not create workspaces in another project than the configuration's", () => {
  const shell = { TF_CLOUD_PROJECT: "other" };
  expect(redirectProblems(shell, cloud)).toEqual([
    expect.stringMatching(
      /^TF_CLOUD_PROJECT is "other", .*; unset it, or set PLATFORM_HCP_PROJECT/,
    ),
  ]);
  // Terraform prefers the configuration's own.
  expect(redirectProblems(shell, { ...cloud, project: "own" })).toEqual([]);
  expect(redirectProblems(shell, local)).toEqual([]);
  expect(redirectProblems({ TF_CLOUD_PROJECT: "" }, cloud)).toEqual([]);
  expect(redirectProblems({}, cloud)).toEqual([]);
});

test("a Terraform of the platform's own does not get what would redirect it, and gets all else", () => {
  const redirects = {
    TF_DATA_DIR: "/data",
    TF_WORKSPACE: "staging",
    TF_CLOUD_PROJECT: "other",
    TF_CLI_ARGS: "-no-color",
    TF_CLI_ARGS_plan: "-destroy",
  };
  const others = { PATH: "/bin", TF_LOG: "debug", MY_TF_DATA_DIR: "/data", TF_CLI_ARGS2: "" };
  expect(Object.entries(withoutRedirects({ ...redirects, ...others }))).toEqual(
    Object.keys(redirects).map((name) => [name, undefined]),
  );
});

test("images are built with BuildKit alone, whatever a variable for the docker program says", () => {
  for (const value of ["0", "false", "off"]) {
    expect(engineProblems({ DOCKER_BUILDKIT: value })).toEqual([
      `DOCKER_BUILDKIT is "${value}", but images are built with BuildKit alone; unset DOCKER_BUILDKIT, or set it to 1`,
    ]);
  }
  for (const value of ["1", "true", ""])
    expect(engineProblems({ DOCKER_BUILDKIT: value })).toEqual([]);
});

test("BUILDX_BUILDER names another builder than the engine's own", () => {
  expect(builderOf({ BUILDX_BUILDER: "ci" })).toBe("ci");
  for (const env of [{}, { BUILDX_BUILDER: "" }, { BUILDX_BUILDER: "default" }]) {
    expect(builderOf(env)).toBeUndefined();
  }
});
