import { expect, test } from "vitest";
import { terraformEnvironment } from "../../../../operations/terraform/terraform-environment";

const inStack = (shell: Record<string, string>, given = {}) =>
  terraformEnvironment(given, "/out/stacks/images", shell);

test("a command's Terraform keeps its own data folder and arguments, whatever the shell sets", () => {
  const shell = {
    TF_DATA_DIR: "/data",
    TF_CLI_ARGS: "-no-color",
    TF_CLI_ARGS_plan: "-destroy",
    TF_CLOUD_PROJECT: "other",
  };
  expect(inStack(shell, { TF_CLI_ARGS_init: "-reconfigure" })).toEqual({
    TF_DATA_DIR: undefined,
    TF_CLI_ARGS: undefined,
    TF_CLI_ARGS_plan: undefined,
    TF_CLI_ARGS_init: undefined,
    TF_CLOUD_PROJECT: undefined,
    TF_IN_AUTOMATION: "1",
  });
});

test.each(["TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_AWS"])(
  "the log of %s goes to a file in the stack's folder",
  (variable) => {
    const file = "/out/stacks/images/terraform.log";
    expect(inStack({ [variable]: "debug" })).toMatchObject({ TF_LOG_PATH: file });
    expect(inStack({ [variable]: "debug", TF_LOG_PATH: "" })).toMatchObject({ TF_LOG_PATH: file });
  },
);

test("a log goes to the user's own file, and there is none without TF_LOG", () => {
  expect(inStack({ TF_LOG: "debug", TF_LOG_PATH: "/tmp/log" })).toMatchObject({
    TF_LOG_PATH: "/tmp/log",
  });
  for (const other of ["MY_TF_LOG", "TF_LOGGING"]) {
    expect(inStack({ [other]: "debug" })).not.toHaveProperty("TF_LOG_PATH");
  }
  expect(inStack({ TF_LOG: "", TF_PLUGIN_CACHE_DIR: "/cache", TF_VAR_x: "1" })).toEqual({
    TF_LOG: "",
    TF_PLUGIN_CACHE_DIR: "/cache",
    TF_VAR_x: "1",
    TF_IN_AUTOMATION: "1",
  });
});
