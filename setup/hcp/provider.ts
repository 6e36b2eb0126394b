import path from "node:path";
import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { LocalBackend, type TerraformStack } from "cdktf";
import { PROJECT_FOLDER } from "../../project";
import { VERSIONS } from "../../spec/versions";
import type { HcpSettings } from "./settings";

/** The version that the bindings were generated for. */
const TFE_VERSION = "0.71.0";

/**
 * HCP Terraform with the token of `terraform login`, and a file for what is made there: it cannot keep
 * the state of its own set-up before there is a workspace.
 *
 * @param state `workspaces-platform-use1-dev`: tells the states of one organization apart
 */
export function useHcp(
  stack: TerraformStack,
  { hostname, organization }: HcpSettings,
  state: string,
): void {
  const folder = path.join(PROJECT_FOLDER, ".platform", "state", "hcp", hostname, organization);
  new LocalBackend(stack, { path: path.join(folder, `${state}.tfstate`) });
  new TfeProvider(stack, "tfe", { hostname, organization });
  stack.addOverride("terraform.required_version", VERSIONS.terraform);
  stack.addOverride("terraform.required_providers.tfe.version", TFE_VERSION);
}
