import { expect, test } from "vitest";
import { readLocalSettings } from "../../../../local/aws/settings";

const CLOUD = { PLATFORM_BACKEND: "cloud", PLATFORM_HCP_ORGANIZATION: "acme" };

test("the local AWS can have its states in HCP Terraform, which refuses -reconfigure", () => {
  const { config, environment } = readLocalSettings(CLOUD);
  expect(config.backend).toMatchObject({ kind: "cloud", organization: "acme" });
  expect(environment.TF_CLI_ARGS_init).toBe("");
  expect(readLocalSettings({}).environment.TF_CLI_ARGS_init).toBe("-reconfigure");
});
